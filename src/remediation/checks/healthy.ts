/** `healthy()`: Docker's own health check says healthy for every replica that has one. */
import type { Replica } from '../../authoring/index.ts'
import type { Container } from '../ports.ts'
import type { CheckResult } from './result.ts'
import { runText } from './running.ts'

/** What the check is asked with. */
export type HealthContext = {
  /** End of the last act, epoch milliseconds; `null` before any. */
  readonly actedAt: number | null
  /** `runText` of the look before; `null` at the first. */
  readonly previousRun: string | null
}

/** A verdict is of this run and of now when its check was begun after the start, and after what we did. */
const isLeftOver = ({ healthCheckedAt, startedAt }: Replica, actedAt: number | null): boolean => {
  const checkedAt = Date.parse(healthCheckedAt ?? '')
  // Written so that what is no instant counts as left over.
  return !(checkedAt >= Date.parse(startedAt ?? '') && checkedAt >= (actedAt ?? Number.NEGATIVE_INFINITY))
}

const judge = (replica: Replica, actedAt: number | null): CheckResult => {
  const { name, state, health } = replica
  if (state !== 'running') return { result: 'not_recovered', detail: `${name} is ${state}` }
  // Docker has not made up its mind: to act again would throw away the start that is under way.
  if (health === 'starting') return { result: 'unknown', detail: `${name} is starting: no health check has passed yet` }
  if (isLeftOver(replica, actedAt))
    return { result: 'unknown', detail: `${name} was ${health} before, and has not been checked since` }
  return { result: health === 'healthy' ? 'recovered' : 'not_recovered', detail: `${name} is ${health}` }
}

/**
 * Evaluates the check on a fresh observation. Not applicable where no replica has a health check; where one has, a replica
 * that does not run, or was restarted since the last look, is not recovered, also one that was never started and so has no
 * verdict; `starting` is unknown, and so is a verdict that is left over from before the start or the act.
 */
export function evaluateHealthy(containers: readonly Container[], context: HealthContext): CheckResult {
  if (containers.length === 0) return { result: 'not_recovered', detail: 'no container is left' }
  const checked = containers.map(({ replica }) => replica).filter(({ health }) => health !== 'none')
  if (checked.length === 0) return { result: 'not_applicable', detail: 'no replica has a health check' }
  const idle = containers.map(({ replica }) => replica).filter(({ state }) => state !== 'running')
  const answers = [...idle, ...checked].map((replica) => judge(replica, context.actedAt))
  const worst =
    answers.find(({ result }) => result === 'not_recovered') ?? answers.find(({ result }) => result === 'unknown')
  const isSameRun = context.previousRun === null || context.previousRun === runText(containers)
  if (worst?.result !== 'not_recovered' && !isSameRun)
    return { result: 'not_recovered', detail: 'a container was restarted or replaced since the last look' }
  return worst ?? { result: 'recovered', detail: `${checked.length} of ${checked.length} healthy` }
}
