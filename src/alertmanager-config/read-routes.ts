/** Reads the routing tree of an alertmanager.yml. */
import type { MatcherDialect } from '../alert/matcher.ts'
import type { ConfigPath } from '../config/config-fault.ts'
import { readMatchers } from './read-matchers.ts'
import type { Reader } from './reader.ts'
import type { RouteNode } from './route-node.ts'

/** Beyond this depth routes are left out: nobody nests that deep, and an alias may contain itself. */
const deepest = 20

type Inherited = Pick<RouteNode, 'receiver' | 'groupBy' | 'groupWaitMs' | 'groupIntervalMs' | 'repeatIntervalMs'>

/** What Alertmanager gives to the root. */
const defaults: Inherited = {
  receiver: '',
  groupBy: [],
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * 60_000,
  repeatIntervalMs: 4 * 60 * 60_000,
}

/** Reads the tree below `route`; `null` where there is none. What cannot be read becomes a finding of the reader. */
export function readRoutes(reader: Reader, dialect: MatcherDialect): RouteNode | null {
  const path = ['route']
  if (!reader.has(path)) {
    reader.findings.push({ severity: 'fault', path: [], found: 'no route', expected: 'a root route with a receiver' })
    return null
  }
  if (reader.text([...path, 'receiver']) === undefined) {
    reader.findings.push({ severity: 'fault', path, found: 'no receiver', expected: 'the receiver of the root route' })
  }
  return readRoute(reader, path, { inherited: defaults, dialect, depth: 0 })
}

type Around = { readonly inherited: Inherited; readonly dialect: MatcherDialect; readonly depth: number }

function readRoute(reader: Reader, path: ConfigPath, { inherited, dialect, depth }: Around): RouteNode {
  const own: Inherited = {
    receiver: reader.text([...path, 'receiver']) || inherited.receiver,
    groupBy: readGroupBy(reader, [...path, 'group_by']) ?? inherited.groupBy,
    groupWaitMs: reader.durationMs([...path, 'group_wait']) ?? inherited.groupWaitMs,
    groupIntervalMs: reader.durationMs([...path, 'group_interval']) ?? inherited.groupIntervalMs,
    repeatIntervalMs: reader.durationMs([...path, 'repeat_interval']) ?? inherited.repeatIntervalMs,
  }
  const children = depth < deepest ? reader.entries([...path, 'routes']) : []
  return {
    path,
    ...own,
    matchers: readMatchers(reader, { path, dialect }),
    hasContinue: reader.flag([...path, 'continue']) ?? false,
    muteIntervals: reader.texts([...path, 'mute_time_intervals']),
    activeIntervals: reader.texts([...path, 'active_time_intervals']),
    routes: children.map((child) => readRoute(reader, child, { inherited: own, dialect, depth: depth + 1 })),
  }
}

/** An empty list is inherited like no list. */
function readGroupBy(reader: Reader, path: ConfigPath): RouteNode['groupBy'] | undefined {
  const labels = reader.texts(path)
  if (labels.includes('...')) return 'all'
  return labels.length === 0 ? undefined : labels
}
