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
import { quietMs } from './checks/alert-inactive.ts'
import { type ActInstant, evaluateChecks, type Look, type LookDeps, type Sight } from './checks/evaluate.ts'
import { settlePoint } from './checks/query.ts'
import { isRunningAlone } from './checks/running-alone.ts'

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

/** How long the checks must hold, by what the last look could apply of them. */
export function neededMs(checks: Sight['checks'], stableForMs: number): number {
  return isRunningAlone(checks) ? Math.max(stableForMs, runningAloneMs) : stableForMs
}

/** How long after the act the data of all checks is clear of the fault. */
export function settleDelayMs(checks: readonly Check[], scrapeIntervalMs: number): number {
  return Math.max(0, ...checks.map((check) => settleDelayOf(check, scrapeIntervalMs)))
}

const settleDelayOf = (check: Check, scrapeIntervalMs: number): number => {
  if (check.kind === 'query') return settlePoint(check, 0, scrapeIntervalMs)
  return check.kind === 'alertInactive' ? quietMs : 0
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
  const { checks, lineage, labels } = task
  return { checks, lineage, labels, acted, isOfNow: false, previousRun: null, quietSince: null }
}

/** Looks until the proof is settled. Rejects only when the signal aborts; then nothing is settled. */
export async function prove(deps: LookDeps, task: ProofTask, signal: AbortSignal): Promise<Proof> {
  const { clock, settings } = deps
  const hold = new Hold()
  const first = firstLook(clock, task)
  const settledAt = first.acted.monotonic + settleDelayMs(task.checks, settings.scrapeIntervalMs)
  const deadline = Math.max(clock.monotonic(), settledAt) + task.withinMs
  let look: Look = first
  for (;;) {
    const sight = await evaluateChecks(deps, look, signal)
    const now = clock.monotonic()
    const heldMs = hold.add(sight.result, now)
    if (sight.result === 'recovered' && heldMs >= neededMs(sight.checks, task.stableForMs))
      return { result: 'recovered', last: sight }
    if (sight.result !== 'recovered' && now >= deadline) return { result: sight.result, last: sight }
    look = { ...look, previousRun: sight.run ?? look.previousRun, quietSince: sight.quietSince }
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
