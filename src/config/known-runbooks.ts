/** What routes say of runbooks, against those that are loaded: alerts of a route that is wrong would never be healed. */
import { type ConfigPath, formatPath } from './config-fault.ts'
import { entriesAt, partAt } from './part.ts'
import { checkParameters, type KnownRunbook } from './route-parameters.ts'
import type { Route, Settings } from './settings.ts'
import { suggest } from './suggest.ts'
import { type SchemaFault, showValue } from './validate.ts'
import { findRoutes, flattenRoutes } from './written-routes.ts'

export type { KnownRunbook } from './route-parameters.ts'

/**
 * One sentence for each route whose runbook is not among the loaded ones, and for each parameter that does not fit:
 * `routes[0].runbook: found "no-such", expected one of container-down, unresponsive`.
 */
export function findUnknownRunbooks(
  settings: Pick<Settings, 'engine'>,
  loaded: readonly KnownRunbook[],
): readonly string[] {
  const config = { routes: settings.engine.routes.map(asWritten) }
  return checkRouteRunbooks(config, loaded, () => false).map(
    ({ path, found, expected }) => `${formatPath(path)}: found ${found}, expected ${expected}`,
  )
}

/** What of a route is judged here: `null` stands for a key that is not written. */
function asWritten({ runbook, parameters, routes }: Route): unknown {
  return {
    ...(runbook !== null && { runbook }),
    ...(parameters !== undefined && { parameters }),
    routes: (routes ?? []).map(asWritten),
  }
}

/** The same for a configuration as it is written, whatever else is wrong with it. */
export function checkRouteRunbooks(
  config: unknown,
  loaded: readonly KnownRunbook[],
  isHidden: (path: ConfigPath) => boolean,
): readonly SchemaFault[] {
  const faults = flattenRoutes(findRoutes(config)).flatMap((route) => [
    ...checkRunbook(route.runbook, loaded, isHidden),
    ...checkParameters(route, { runbooks: loaded, isHidden }),
  ])
  // What routes inherit is looked at once for each of them, and told once.
  return [...new Map(faults.map((fault) => [`${formatPath(fault.path)} ${fault.found}`, fault])).values()]
}

function checkRunbook(
  runbook: { readonly path: ConfigPath; readonly value: unknown } | undefined,
  loaded: readonly KnownRunbook[],
  isHidden: (path: ConfigPath) => boolean,
): readonly SchemaFault[] {
  const name = runbook?.value
  const names = loaded.map((known) => known.name)
  if (runbook === undefined || typeof name !== 'string' || names.includes(name)) return []
  const { path } = runbook
  const near = isHidden(path) ? undefined : suggest(name, names)
  const known = names.length === 0 ? 'a loaded runbook (there is none)' : `one of ${names.join(', ')}`
  const expected = near === undefined ? known : `${known} (did you mean ${near}?)`
  return [{ path, isKey: false, found: showValue(name, isHidden(path)), expected }]
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
