/** Pre-check: do the checks already hold? Then nothing is done. */
import type { Check } from '../authoring/index.ts'
import type { Case } from './case.ts'
import { evaluateChecks, type Sight } from './checks/evaluate.ts'
import type { EngineDeps } from './deps.ts'
import { isRunningAlone, runningAloneMs } from './prove.ts'

/** What the look before the act says. `young`: running, but for too short a time to prove anything alone. */
export type PreCheck = {
  readonly kind: 'holds' | 'young' | 'does-not-hold' | 'unknown'
  readonly sight: Sight
  /** How long until a young target has run for long enough. */
  readonly remainingMs: number
}

/** Looks once, at data as it is now. */
export async function preCheck(
  deps: EngineDeps,
  subject: Pick<Case, 'incident' | 'observation'>,
  step: { readonly checks: readonly Check[]; readonly signal: AbortSignal },
): Promise<PreCheck> {
  const look = {
    checks: step.checks,
    lineage: subject.incident.target,
    labels: subject.incident.labels,
    actedAt: null,
    previousRun: null,
  }
  const sight = await evaluateChecks(deps, look, step.signal)
  if (sight.result === 'not_recovered') return { kind: 'does-not-hold', sight, remainingMs: 0 }
  if (sight.result === 'unknown') return { kind: 'unknown', sight, remainingMs: 0 }
  const remainingMs = isRunningAlone(step.checks) ? untilOldEnough(deps, subject) : 0
  return { kind: remainingMs > 0 ? 'young' : 'holds', sight, remainingMs }
}

const untilOldEnough = (deps: EngineDeps, subject: Pick<Case, 'observation'>): number => {
  const starts = subject.observation.target.replicas.map((replica) => Date.parse(replica.startedAt ?? ''))
  const youngest = Math.max(...starts.filter((start) => Number.isFinite(start)))
  const ranMs = deps.clock.now() - youngest
  return ranMs >= 0 && ranMs < runningAloneMs ? runningAloneMs - ranMs : 0
}
