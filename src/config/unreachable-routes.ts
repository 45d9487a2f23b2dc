/** Routes that no alert can ever take: an earlier route beside them takes everything that they would. */
import { MatcherError, parseMatchers } from '../alert/matcher.ts'
import { formatPath } from './config-fault.ts'
import { type FoundRoute, findRoutes } from './written-routes.ts'

type Judged = { readonly route: FoundRoute; readonly matchers: ReadonlySet<string> }

/**
 * One sentence for each such route. A route takes what a later one would when every matcher that it has also stands at
 * the later one, or at a route around both; one without matchers takes everything. What patterns have in common is not
 * looked into.
 */
export function findUnreachable(config: unknown): readonly string[] {
  return judge(findRoutes(config), new Set())
}

function judge(routes: readonly FoundRoute[], around: ReadonlySet<string>): readonly string[] {
  const earlier: Judged[] = []
  return routes.flatMap((route) => {
    const matchers = readMatchers(route.match)
    if (matchers === undefined) return []
    const holding = new Set([...around, ...matchers])
    const taker = earlier.find((candidate) => [...candidate.matchers].every((matcher) => holding.has(matcher)))
    earlier.push({ route, matchers })
    if (taker !== undefined) return [describe(route, taker)]
    return judge(route.routes, holding)
  })
}

function describe(route: FoundRoute, { route: taker, matchers }: Judged): string {
  const what = matchers.size === 0 ? 'everything' : 'everything that it would take'
  return `${formatPath(route.path)} can never be reached: ${formatPath(taker.path)} before it takes ${what}`
}

/** Each matcher in one way of writing it; `undefined` where they cannot be read. */
function readMatchers(match: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(match) || !match.every((text) => typeof text === 'string')) return undefined
  try {
    return new Set(parseMatchers(match).map(({ name, op, value }) => JSON.stringify([name, op, value])))
  } catch (error) {
    if (error instanceof MatcherError) return undefined
    throw error
  }
}
