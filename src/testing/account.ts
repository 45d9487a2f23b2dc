/** The account of a simulated run, read from the same records that `selfheal serve` keeps. */
import type { Attempt, Incident } from '../incident/record.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { SimulatedService } from './simulated-service.ts'
import type { SimulatedAttempt, SimulatedRun } from './simulation.ts'

/** What is told of. */
export type Told = {
  readonly incident: Incident
  readonly startedAt: number
  readonly now: number
  readonly service: SimulatedService
}

/** Tells what became of the incident. */
export function tellRun(ledger: Ledger, { incident, startedAt, now, service }: Told): SimulatedRun {
  return {
    outcome: incident.state === 'escalated' ? 'escalated' : (incident.outcome ?? 'unsettled'),
    reason: incident.reason,
    attempts: ledger.attemptsOf(incident.id).map(tellAttempt),
    escalation: tellEscalation(ledger),
    timeline: ledger.timeline(incident.id).map(({ at, kind, text }) => ({ afterMs: at - startedAt, kind, text })),
    tookMs: now - startedAt,
    isWell: service.state().isWell,
  }
}

const tellAttempt = (attempt: Attempt): SimulatedAttempt => ({
  rung: attempt.rungName,
  actions: attempt.actions,
  proof: attempt.proof,
  evidence: attempt.evidence.map(({ check, before, after }) => ({ check, before, after })),
  tookMs: (attempt.settledAt ?? attempt.reservedAt) - attempt.reservedAt,
})

const tellEscalation = (ledger: Ledger): SimulatedRun['escalation'] => {
  const [delivery] = ledger.dueDeliveries(Number.MAX_SAFE_INTEGER, 1)
  if (delivery === undefined) return null
  const { labels, annotations } = delivery.message
  return { severity: labels.severity ?? '', summary: annotations.summary ?? '' }
}
