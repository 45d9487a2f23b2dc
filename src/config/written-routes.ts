/** Routes as they are written, whatever is wrong with them: each with its path and what it inherits. */
import type { ConfigPath } from './config-fault.ts'
import { entriesAt, partAt } from './part.ts'

/** A value with the place where it is written. */
export type WrittenValue = { readonly path: ConfigPath; readonly value: unknown }

/** One route, on whatever level. */
export type FoundRoute = {
  readonly path: ConfigPath
  /** As it is written on this route. */
  readonly match: unknown
  /** Its runbook: its own, or the one that it inherits; `undefined` where none is written. */
  readonly runbook: WrittenValue | undefined
  /** Its parameters by name: its own, and those that it inherits. */
  readonly parameters: Readonly<Record<string, WrittenValue>>
  readonly routes: readonly FoundRoute[]
}

type Inherited = Pick<FoundRoute, 'runbook' | 'parameters'>

/** Every route of the outermost level, with those below it. */
export function findRoutes(config: unknown): readonly FoundRoute[] {
  return findIn(config, [], { runbook: undefined, parameters: {} })
}

/** The routes of all levels, each before those below it. */
export function flattenRoutes(routes: readonly FoundRoute[]): readonly FoundRoute[] {
  return routes.flatMap((route) => [route, ...flattenRoutes(route.routes)])
}

function findIn(holder: unknown, above: ConfigPath, inherited: Inherited): readonly FoundRoute[] {
  return entriesAt(holder, ['routes']).map(({ path, value }) => {
    const at = [...above, ...path]
    const own = partAt(value, ['runbook'])
    const runbook = own === undefined ? inherited.runbook : { path: [...at, 'runbook'], value: own }
    const parameters = { ...inherited.parameters, ...ownParameters(value, at) }
    const match = partAt(value, ['match'])
    return { path: at, match, runbook, parameters, routes: findIn(value, at, { runbook, parameters }) }
  })
}

function ownParameters(route: unknown, at: ConfigPath): Readonly<Record<string, WrittenValue>> {
  const written = partAt(route, ['parameters'])
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return {}
  return Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, { path: [...at, 'parameters', name], value }]),
  )
}
