/** Gathers what the guards look at, directly before the decision. */
import type { Lineage } from '../authoring/index.ts'
import type { Granted } from '../guard/approval.ts'
import type { GuardFacts } from '../guard/facts.ts'
import type { Attempt, Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import type { Ledger } from './ledger.ts'
import { toContainerFacts } from './observe.ts'
import { pausesOn, windowsOn } from './people/held-back.ts'
import type { Container } from './ports.ts'
import type { Limits } from './routing/route.ts'

const dayMs = 24 * 60 * 60 * 1000

/** What the facts need to remember. */
export type FactsLedger = Pick<Ledger, 'attemptsSince' | 'unsettledAttempts' | 'reopenedSince' | 'pausesInForce'>

/** Which decision the facts are for. */
export type Question = {
  readonly lineage: Lineage
  /** `null` for a plan that belongs to no incident. */
  readonly incident: Incident | null
  readonly rung: number
  /** Labels of the alert that speaks. */
  readonly labels: Readonly<Record<string, string>>
  readonly limits: Limits
  readonly containers: readonly Container[]
  /** The incident's alerts are silenced or inhibited; default: they are not. */
  readonly isSilenced?: boolean
  /** A person has approved exactly what the question is about; default: nobody has. */
  readonly approval?: Granted | null
}

const attemptsOn = (deps: { readonly ledger: FactsLedger }, question: Question, now: number): readonly Attempt[] => {
  const windows = question.limits.budgets.map((budget) => budget.windowMs)
  const longest = Math.max(dayMs, question.limits.cooldownMs, ...windows)
  const recent = deps.ledger.attemptsSince(question.lineage, now - longest)
  const unsettled = deps.ledger.unsettledAttempts().filter((attempt) => attempt.target === question.lineage)
  return [...new Map([...recent, ...unsettled].map((attempt) => [attempt.id, attempt])).values()]
}

/** True when the incident was told to wait until the target has cooled down, and has waited. */
const hasCooled = (incident: Incident | null, now: number): boolean =>
  incident?.state === 'deferred' && incident.reason === 'cooling-down' && (incident.until ?? now) <= now

/** The facts of one question. */
export function gatherFacts(
  deps: Pick<EngineDeps, 'clock' | 'settings'> & { readonly ledger: FactsLedger },
  question: Question,
): GuardFacts {
  const now = deps.clock.now()
  return {
    now,
    mode: question.limits.mode,
    ceiling: deps.settings.ceiling,
    containers: question.containers.map(toContainerFacts),
    budgets: question.limits.budgets,
    cooldownMs: question.limits.cooldownMs,
    incident: question.incident?.id ?? null,
    runbook: question.incident?.runbook ?? null,
    rung: question.rung,
    hasCooled: hasCooled(question.incident, now),
    attempts: attemptsOn(deps, question, now),
    reopened: deps.ledger.reopenedSince(question.lineage, now - dayMs),
    reopenLimit: deps.settings.reopenLimit,
    isSilenced: question.isSilenced ?? false,
    pauses: pausesOn(deps.ledger, question.lineage, now),
    maintenance: windowsOn(deps.settings.maintenance, question.lineage, question.labels),
    approval: question.approval ?? null,
  }
}
