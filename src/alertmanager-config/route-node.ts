/** Alertmanager's routing tree, with everything that a route inherits. */
import { type Matcher, matches } from '../alert/matcher.ts'
import type { ConfigPath } from '../config/config-fault.ts'

/** One route. Times are milliseconds. */
export type RouteNode = {
  readonly path: ConfigPath
  /** The receiver, perhaps inherited. */
  readonly receiver: string
  /** Labels that make a group; `all`: every label, written `'...'`. */
  readonly groupBy: 'all' | readonly string[]
  readonly groupWaitMs: number
  readonly groupIntervalMs: number
  readonly repeatIntervalMs: number
  readonly matchers: readonly Matcher[]
  /** An alert that this route takes is shown to its later siblings as well. */
  readonly hasContinue: boolean
  /** Names of time intervals; they are not inherited. */
  readonly muteIntervals: readonly string[]
  readonly activeIntervals: readonly string[]
  readonly routes: readonly RouteNode[]
}

/** A route with all routes around it, from the root down; the last one is the route itself. */
export type RoutePath = readonly [...around: RouteNode[], route: RouteNode]

/** Labels of an alert. */
export type Labels = Readonly<Record<string, string>>

/**
 * The routes that an alert ends at, in order, as Alertmanager finds them: of the children of a route that matches, each
 * that matches, up to the first one without `continue`; the route itself where no child matches. None where the root
 * does not match.
 */
export function walk(route: RouteNode, labels: Labels): readonly RouteNode[] {
  if (!matches(route.matchers, labels)) return []
  const taken: RouteNode[] = []
  for (const child of route.routes) {
    const below = walk(child, labels)
    taken.push(...below)
    if (below.length > 0 && !child.hasContinue) break
  }
  return taken.length > 0 ? taken : [route]
}

/** Every route of a tree, each with the routes around it, in the order of the file. */
export function allRoutes(root: RouteNode): readonly RoutePath[] {
  const below = (around: readonly RouteNode[], route: RouteNode): readonly RoutePath[] => [
    [...around, route],
    ...route.routes.flatMap((child) => below([...around, route], child)),
  ]
  return below([], root)
}

/** The route that a path leads to. */
export function lastOf(path: RoutePath): RouteNode {
  return path.at(-1) ?? path[0]
}

/** What an alert must hold to be seen by the last route of a path. */
export function matchersOf(path: RoutePath): readonly Matcher[] {
  return path.flatMap(({ matchers }) => matchers)
}
