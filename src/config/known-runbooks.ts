/** Routes that name a runbook which is not loaded: their alerts would never be healed. */
import { type ConfigPath, formatPath } from './config-fault.ts'
import { entriesAt, partAt } from './part.ts'
import type { Settings } from './settings.ts'
import { suggest } from './suggest.ts'
import { type SchemaFault, showValue } from './validate.ts'

/**
 * One sentence for each route whose runbook is not among the loaded ones:
 * `routes[0].runbook: found "no-such", expected one of container-down, unresponsive`.
 */
export function findUnknownRunbooks(
  settings: Pick<Settings, 'engine'>,
  loadedNames: readonly string[],
): readonly string[] {
  return checkRouteRunbooks({ routes: settings.engine.routes }, loadedNames, () => false).map(
    ({ path, found, expected }) => `${formatPath(path)}: found ${found}, expected ${expected}`,
  )
}

/** The same for a configuration as it is written, whatever else is wrong with it. */
export function checkRouteRunbooks(
  config: unknown,
  loadedNames: readonly string[],
  isHidden: (path: ConfigPath) => boolean,
): readonly SchemaFault[] {
  return entriesAt(config, ['routes']).flatMap(({ path: route, value }) => {
    const path = [...route, 'runbook']
    const name = partAt(value, ['runbook'])
    if (typeof name !== 'string' || loadedNames.includes(name)) return []
    const near = isHidden(path) ? undefined : suggest(name, loadedNames)
    const known = loadedNames.length === 0 ? 'a loaded runbook (there is none)' : `one of ${loadedNames.join(', ')}`
    const expected = near === undefined ? known : `${known} (did you mean ${near}?)`
    return [{ path, isKey: false, found: showValue(name, isHidden(path)), expected }]
  })
}

/** The folders as they are written; `undefined` where they, or what is around them, are at fault. */
export function writtenFolders(config: unknown, faults: readonly SchemaFault[]): readonly string[] | undefined {
  const isAtFault = faults.some(({ path: [section, key] }) => {
    return section === undefined || (section === 'runbooks' && key !== 'deadline')
  })
  if (isAtFault) return undefined
  const folders = entriesAt(config, ['runbooks', 'folders']).map(({ value }) => value)
  if (partAt(config, ['runbooks', 'folders']) === undefined) return ['shipped']
  return folders.filter((folder): folder is string => typeof folder === 'string')
}
