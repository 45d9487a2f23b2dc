/** Pre-check: do the checks already hold? Then nothing is done. */
import type { Check } from '../authoring/index.ts'
import type { Incident } from '../incident/record.ts'
import type { Case } from './case.ts'
import { type ActInstant, evaluateChecks, type LookDeps, type Sight } from './checks/evaluate.ts'
import { runText } from './checks/running.ts'
import { isRunningAlone } from './checks/running-alone.ts'
import type { Ledger } from './ledger.ts'
import { runningAloneMs } from './prove.ts'

/** What the look before the act says. `young`: running, but for too short a time to prove anything alone. */
export type PreCheck = {
  readonly kind: 'holds' | 'young' | 'does-not-hold' | 'unknown'
  readonly sight: Sight
  /** How long until a young target has run for long enough. */
  readonly remainingMs: number
}

type Deps = LookDeps & { readonly ledger: Pick<Ledger, 'attemptsOf'> }

type Waiting = Pick<Incident, 'id' | 'state' | 'reason' | 'until'>

type Subject = Pick<Case, 'observation' | 'containers'> & { readonly incident: Waiting }

/** What is checked. */
export type PreCheckStep = {
  readonly checks: readonly Check[]
  /** When the look at the subject's containers was begun, on the clock that never jumps; default is long ago. */
  readonly lookedAt?: number
  readonly signal: AbortSignal
}

/** A look that was begun so recently, within the same step and so after the last act, is as good as another one. */
const freshMs = 250

/** Looks once, at data as it is now. Rejects when the signal is aborted. */
export async function preCheck(deps: Deps, subject: Subject, step: PreCheckStep): Promise<PreCheck> {
  const { target, labels } = subject.observation
  const acted = lastAct(deps, subject.incident)
  const alone = { isOfNow: true, previousRun: null, quietSince: null }
  const isFresh = deps.clock.monotonic() - (step.lookedAt ?? Number.NEGATIVE_INFINITY) <= freshMs
  const seen = isFresh ? { seen: subject.containers } : {}
  const look = { checks: step.checks, lineage: target.lineage, labels, acted, ...alone, ...seen }
  const sight = await evaluateChecks(deps, look, step.signal)
  if (sight.result === 'not_recovered') return { kind: 'does-not-hold', sight, remainingMs: 0 }
  if (sight.result === 'unknown') return { kind: 'unknown', sight, remainingMs: 0 }
  return isRunningAlone(sight.checks)
    ? judgeAge(deps.clock.now(), subject, sight)
    : { kind: 'holds', sight, remainingMs: 0 }
}

/** The last act on the incident's target: data from before it says nothing. Another process may have done it. */
const lastAct = ({ ledger }: Pick<Deps, 'ledger'>, incident: Waiting): ActInstant | null => {
  const acts = ledger.attemptsOf(incident.id).flatMap(({ actedAt }) => (actedAt === null ? [] : [actedAt]))
  return acts.length === 0 ? null : { at: Math.max(...acts), monotonic: Number.NEGATIVE_INFINITY }
}

/** True when the incident was held because its target was young, and the wait is over. */
const hasWaited = (incident: Waiting, now: number): boolean =>
  incident.state === 'deferred' && incident.reason === 'already-recovered' && (incident.until ?? now) <= now

/**
 * A target that is young again after it was given the time to grow old was restarted meanwhile: it does not hold. One
 * that started in the future was started before the clock jumped back: it is old once it was waited for.
 */
const judgeAge = (now: number, { incident, containers }: Subject, sight: Sight): PreCheck => {
  const starts = containers.map(({ replica }) => Date.parse(replica.startedAt ?? ''))
  const ranMs = sight.run === runText(containers) ? now - Math.max(...starts) : 0
  const waited = hasWaited(incident, now)
  if (ranMs >= runningAloneMs || (ranMs < 0 && waited)) return { kind: 'holds', sight, remainingMs: 0 }
  if (!waited) return { kind: 'young', sight, remainingMs: ranMs > 0 ? runningAloneMs - ranMs : runningAloneMs }
  const checks = sight.checks.map((check) => ({ ...check, detail: `${check.detail}, but started again and again` }))
  return { kind: 'does-not-hold', sight: { ...sight, result: 'not_recovered', checks }, remainingMs: 0 }
}
