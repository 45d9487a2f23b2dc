/** `running()`: every replica is running, and none was restarted since the last look. */
import type { Container } from '../ports.ts'
import type { CheckResult } from './result.ts'

/** Which containers ran, since when: two looks with the same text saw no restart in between. */
export function runText(containers: readonly Container[]): string {
  return containers
    .map((container) => `${container.replica.id} ${container.replica.startedAt ?? 'never'}`)
    .sort()
    .join('\n')
}

/**
 * Evaluates the check on a fresh observation.
 * `previousRun` is the `runText` of the last look, `null` at the first: a restart in between is an interruption.
 */
export function evaluateRunning(containers: readonly Container[], previousRun: string | null): CheckResult {
  if (containers.length === 0) return { result: 'not_recovered', detail: 'no container is left' }
  const idle = containers.find((container) => container.replica.state !== 'running')
  if (idle !== undefined) {
    const { name, state, exitCode } = idle.replica
    const code = state === 'exited' || state === 'dead' ? `, exit code ${exitCode}` : ''
    return { result: 'not_recovered', detail: `${name} is ${state}${code}` }
  }
  if (previousRun !== null && previousRun !== runText(containers)) {
    return { result: 'not_recovered', detail: 'a container was restarted or replaced since the last look' }
  }
  return { result: 'recovered', detail: `${containers.length} of ${containers.length} running` }
}
