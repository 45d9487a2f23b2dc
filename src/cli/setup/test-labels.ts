/** Labels of an alert that takes the way of those that selfheal heals, and names nothing. */
import type { Subject } from '../../alertmanager-config/context.ts'
import { tellsPeople } from '../../alertmanager-config/lint-routes.ts'
import { lastOf, matchersOf, type RouteNode, walk } from '../../alertmanager-config/route-node.ts'
import { satisfy } from '../../alertmanager-config/satisfy.ts'

/** Label that tells one test alert from all others. */
export const testLabel = 'selfheal_setup_test'

/** An alert and the route that leads it to selfheal. */
export type TestAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly groupWaitMs: number
  /** Where it would arrive as well, and after how long: people who would be paged. */
  readonly others: readonly { readonly receiver: string; readonly groupWaitMs: number }[]
}

const notOwn = (name: string): string | undefined => (name === 'selfheal_origin' ? '' : undefined)

/** Builds the labels from the matchers of the healing routes; `null` where none of them is reached by such an alert. */
export function buildTestAlert(subject: Subject, mark: string): TestAlert | null {
  const own = {
    alertname: 'SelfhealSetupTest',
    selfheal_target: `selfheal-setup-test/none/${mark}`,
    [testLabel]: mark,
  }
  for (const path of subject.healingRoutes) {
    const needed = satisfy(matchersOf(path), notOwn)
    if (needed === null) continue
    const labels = { ...own, ...needed }
    const ends = walk(subject.root, labels)
    if (!ends.includes(lastOf(path))) continue
    const people = ends.filter((end) => tellsPeople(end, subject))
    return { labels, groupWaitMs: lastOf(path).groupWaitMs, others: people.map(describeEnd) }
  }
  return null
}

const describeEnd = ({ receiver, groupWaitMs }: RouteNode) => ({ receiver, groupWaitMs })
