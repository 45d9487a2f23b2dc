/** Incidents as the API shows them. */
import type { Verdict } from '../guard/verdict.ts'
import type { Approval, Attempt, Incident, TimelineEvent } from '../incident/record.ts'
import { writeInstant } from './instant.ts'
import type { ReadLedger } from './ports.ts'

const viewVerdict = ({ guard, verdict, reason, detail, until }: Verdict) => ({
  guard,
  verdict,
  reason,
  detail,
  until: writeInstant(until),
})

const viewEvent = ({ seq, at, kind, text, data }: TimelineEvent) => ({ seq, at: writeInstant(at), kind, text, data })

const viewAttempt = (attempt: Attempt) => ({
  id: attempt.id,
  rung: attempt.rung,
  rungName: attempt.rungName,
  state: attempt.state,
  proof: attempt.proof,
  actions: attempt.actions,
  verdicts: attempt.verdicts.map(viewVerdict),
  evidence: attempt.evidence.map(({ check, before, after, at }) => ({ check, before, after, at: writeInstant(at) })),
  detail: attempt.detail,
  reservedAt: writeInstant(attempt.reservedAt),
  actedAt: writeInstant(attempt.actedAt),
  settledAt: writeInstant(attempt.settledAt),
  undo: null,
})

const viewApproval = (approval: Approval | undefined) =>
  approval === undefined
    ? null
    : {
        by: approval.by,
        comment: approval.comment,
        at: writeInstant(approval.at),
        until: writeInstant(approval.until),
        overBudget: approval.isOverBudget,
      }

const viewProposal = ({ proposal }: Incident) =>
  proposal === null
    ? null
    : {
        id: proposal.id,
        rung: proposal.rung,
        rungName: proposal.rungName,
        actions: proposal.actions,
        risk: proposal.risk,
        verdicts: proposal.verdicts.map(viewVerdict),
        approval: viewApproval(proposal.approval),
      }

/** One incident of a list. */
export function viewIncident(incident: Incident, ledger: ReadLedger) {
  return {
    id: incident.id,
    target: incident.target,
    replica: null,
    runbook: incident.runbook,
    mode: incident.mode,
    severity: incident.severity,
    state: incident.state,
    outcome: incident.outcome,
    reason: incident.reason,
    until: writeInstant(incident.until),
    openedAt: writeInstant(incident.openedAt),
    updatedAt: writeInstant(incident.updatedAt),
    endedAt: writeInstant(incident.endedAt),
    reopened: incident.reopened,
    notification: incident.notification,
    attempts: ledger.attemptsOf(incident.id).length,
    alerts: ledger.episodesOf(incident.id).map(({ fingerprint, labels, state }) => ({
      fingerprint,
      alertname: labels.alertname ?? '',
      state,
    })),
  }
}

/** One incident with everything that is known of it. */
export function viewWholeIncident(incident: Incident, ledger: ReadLedger) {
  return {
    ...viewIncident(incident, ledger),
    labels: incident.labels,
    annotations: incident.annotations,
    timeline: ledger.timeline(incident.id).map(viewEvent),
    proposal: viewProposal(incident),
    history: ledger.attemptsOf(incident.id).map(viewAttempt),
    diagnosis: { causes: [] },
  }
}
