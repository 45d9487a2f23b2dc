/** What is wrong with the routes that lead to selfheal. */
import type { ConfigPath } from '../config/config-fault.ts'
import { formatDuration } from '../lib/duration.ts'
import type { Subject } from './context.ts'
import type { Finding } from './finding.ts'
import { lastOf, matchersOf, type RouteNode, type RoutePath, walk } from './route-node.ts'
import { satisfy } from './satisfy.ts'
import { targetLabels } from './target-labels.ts'

/** Looks at every route that leads to selfheal. */
export function lintRoutes(subject: Subject): readonly Finding[] {
  const { selfheal, healingRoutes } = subject
  if (selfheal.size > 0 && healingRoutes.length === 0) {
    return [
      {
        severity: 'fault',
        path: ['route'],
        found: `no route to the receiver ${[...selfheal.keys()].map((name) => JSON.stringify(name)).join(' or ')}`,
        expected: 'a route that sends it the alerts that selfheal may heal',
      },
    ]
  }
  return healingRoutes.flatMap((path) => [...lintTiming(path, subject), ...lintWay(path, subject)])
}

/** Where a route says something, or where the route is that inherits it. */
function placeOf(path: RoutePath, isSaid: (route: RouteNode, around: RouteNode | undefined) => boolean): RouteNode {
  const saying = path.findLast((route, index) => isSaid(route, path[index - 1]))
  return saying ?? lastOf(path)
}

function lintTiming(path: RoutePath, { context }: Subject): readonly Finding[] {
  const { repeatIntervalMs, groupBy } = lastOf(path)
  const found: Finding[] = []
  const at = (key: string, route: RouteNode): ConfigPath => [...route.path, key]
  const repeating = placeOf(path, (route, around) => route.repeatIntervalMs !== around?.repeatIntervalMs)
  if (repeatIntervalMs < context.cooldownMs) {
    found.push({
      severity: 'fault',
      path: at('repeat_interval', repeating),
      found: `${formatDuration(repeatIntervalMs)}, below the cooldown of selfheal`,
      expected: `at least ${formatDuration(context.cooldownMs)}`,
    })
  } else if (repeatIntervalMs > 4 * context.reopenWithinMs) {
    found.push({
      severity: 'note',
      path: at('repeat_interval', repeating),
      found: `${formatDuration(repeatIntervalMs)}, far above reopen_within (${formatDuration(context.reopenWithinMs)})`,
      expected: '5m to 1h: an alert that still fires is only told of so often',
    })
  }
  const naming = [...targetLabels, ...context.targetLabels]
  if (groupBy !== 'all' && !groupBy.some((label) => naming.includes(label))) {
    const grouping = placeOf(path, (route, around) => route.groupBy !== around?.groupBy)
    found.push({
      severity: 'fault',
      path: at('group_by', grouping),
      found:
        groupBy.length === 0
          ? 'one group for all targets'
          : `[${groupBy.join(', ')}], without a label that names a target`,
      expected: "'service' or whatever label names your targets beside the others, or ['...']",
    })
  }
  return found
}

function lintWay(path: RoutePath, subject: Subject): readonly Finding[] {
  const route = lastOf(path)
  const found: Finding[] = []
  for (const [key, names] of [
    ['mute_time_intervals', route.muteIntervals],
    ['active_time_intervals', route.activeIntervals],
  ] as const) {
    if (names.length === 0) continue
    found.push({
      severity: 'warning',
      path: [...route.path, key],
      found: 'times at which alerts vanish from what selfheal is sent, their end included',
      expected: `no ${key} on a route to selfheal`,
    })
  }
  const labels = satisfy(matchersOf(path))
  const ends = labels === null ? [] : walk(subject.root, labels)
  if (ends.length === 0) return found
  if (!ends.includes(route)) {
    if (route.routes.length > 0) return found
    const [first] = ends
    found.push({
      severity: 'warning',
      path: route.path,
      found: `a route that is not reached: ${first === undefined ? '' : writeRoute(first)} takes its alerts first`,
      expected: 'it above that one, or continue: true there',
    })
  } else if (!ends.some((end) => tellsPeople(end, subject))) {
    found.push({
      severity: 'warning',
      path: route.path,
      found: 'alerts that nobody but selfheal is told of',
      expected: 'continue: true, and a route below it that sends the same alerts to people, with group_wait: 3m',
    })
  }
  return found
}

function writeRoute({ path }: RouteNode): string {
  return path.length === 1 ? 'the root route' : `the route ${path.filter((step) => typeof step === 'number').join('.')}`
}

/** Whether a route ends at somebody else than selfheal, if only beside it. */
export function tellsPeople({ receiver: name }: RouteNode, { receivers, selfheal }: Subject): boolean {
  const own = selfheal.get(name)?.length ?? 0
  return receivers.some((receiver) => receiver.name === name && receiver.integrations > own)
}
