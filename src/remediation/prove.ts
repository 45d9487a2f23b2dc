/**
 * Prove: look until the checks have held for a while, or until the time is up.
 *
 * Time counts from the settle point, at which the data of every query is clear of the fault. Looks add up to an unbroken
 * `stableFor`: an unknown look stops the timer, a not recovered one resets it. When the time is up while the checks
 * hold, it goes on for as long as they do: a target that is well is not acted on again for being late.
 */
import type { Check, Lineage } from '../authoring/index.ts'
import type { Evidence, ProofResult } from '../incident/record.ts'
import type { Clock } from '../lib/clock.ts'
import { type ActInstant, evaluateChecks, type Look, type Sight } from './checks/evaluate.ts'
import { settlePoint } from './checks/query.ts'
import type { EngineDeps } from './deps.ts'

/** `running` alone says little: it proves only after this long without interruption. */
export const runningAloneMs = 30_000

/** What is to be proven. */
export type ProofTask = {
  readonly checks: readonly Check[]
  readonly lineage: Lineage
  readonly labels: Readonly<Record<string, string>>
  readonly actedAt: number
  readonly withinMs: number
  readonly stableForMs: number
}

/** What the proof said, with its last look. */
export type Proof = { readonly result: ProofResult; readonly last: Sight }

type Deps = Pick<EngineDeps, 'containers' | 'metrics' | 'probes' | 'clock' | 'settings'>

/** True when nothing but `running` speaks for the recovery. */
export function isRunningAlone(checks: readonly Check[]): boolean {
  return checks.every((check) => check.kind === 'running')
}

/** How long the checks must hold. */
export function neededMs(task: Pick<ProofTask, 'checks' | 'stableForMs'>): number {
  return isRunningAlone(task.checks) ? Math.max(task.stableForMs, runningAloneMs) : task.stableForMs
}

/** How long after the act the data of all checks is clear of the fault. */
export function settleDelayMs(checks: readonly Check[], scrapeIntervalMs: number): number {
  return Math.max(0, ...checks.map((check) => (check.kind === 'query' ? settlePoint(check, 0, scrapeIntervalMs) : 0)))
}

/** Adds up how long the checks have held. */
class Hold {
  #heldMs = 0
  #since: number | null = null

  add(result: ProofResult, at: number): number {
    if (result === 'not_recovered') this.#heldMs = 0
    if (result === 'recovered' && this.#since !== null) this.#heldMs += at - this.#since
    this.#since = result === 'recovered' ? at : null
    return this.#heldMs
  }
}

/** The first look of a proof that begins now. */
export function firstLook(clock: Clock, task: ProofTask): Look & { readonly acted: ActInstant } {
  const sinceActMs = Math.max(0, clock.now() - task.actedAt)
  const acted = { at: task.actedAt, monotonic: clock.monotonic() - sinceActMs }
  return { checks: task.checks, lineage: task.lineage, labels: task.labels, acted, isOfNow: false, previousRun: null }
}

/** Looks until the proof is settled. Rejects only when the signal aborts; then nothing is settled. */
export async function prove(deps: Deps, task: ProofTask, signal: AbortSignal): Promise<Proof> {
  const { clock, settings } = deps
  const needed = neededMs(task)
  const hold = new Hold()
  const first = firstLook(clock, task)
  const settledAt = first.acted.monotonic + settleDelayMs(task.checks, settings.scrapeIntervalMs)
  const deadline = Math.max(clock.monotonic(), settledAt) + task.withinMs
  let look: Look = first
  for (;;) {
    const sight = await evaluateChecks(deps, look, signal)
    const now = clock.monotonic()
    const heldMs = hold.add(sight.result, now)
    if (sight.result === 'recovered' && heldMs >= needed) return { result: 'recovered', last: sight }
    if (sight.result !== 'recovered' && now >= deadline) return { result: sight.result, last: sight }
    look = { ...look, previousRun: sight.run ?? look.previousRun }
    await clock.sleep(settings.pollIntervalMs, signal)
  }
}

/** What was seen before the act and after it, check by check. */
export function toEvidence(before: Sight | null, after: Sight | null, at: number): readonly Evidence[] {
  const checks = (after ?? before)?.checks ?? []
  return checks.map(({ check }, index) => ({
    check,
    before: before?.checks[index]?.detail ?? null,
    after: after?.checks[index]?.detail ?? null,
    at,
  }))
}
