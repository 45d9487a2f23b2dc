/** Escalate: automation stops on this incident, and people are told, with the account. */
import type { Incident, IncidentReason, Proposal } from '../incident/record.ts'
import { redactSecrets } from '../lib/redact.ts'
import { writeAccount } from './account.ts'
import type { EngineDeps } from './deps.ts'
import { describeReplica } from './describe.ts'
import { transition } from './journal.ts'
import { toObservation, toTarget } from './observe.ts'
import type { Container, EscalationMessage } from './ports.ts'
import { speakingAlert } from './routing/speaking-alert.ts'

/** Why automation stops, and what was last seen. */
export type EscalationCause = {
  readonly reason: IncidentReason
  readonly detail: string
  readonly containers: readonly Container[]
  /** What a person may still approve, over budget; default: nothing. */
  readonly proposal?: Proposal
  /** Runs in the same transaction. */
  readonly also?: () => void
}

const alertname = 'SelfhealEscalation'

/** With these the usual inhibition rules would let the escalation mute the alert that it is about. */
const neverCopied = ['service', 'instance', 'job']

const longestLabel = 200
const longestSummary = 500

/** Labels of the escalation: its own, and those of the cause that are configured to be carried on. */
const escalationLabels = (
  incident: Incident,
  severity: string,
  rest: { readonly reason: string; readonly copyLabels: readonly string[] },
): Record<string, string> => {
  const copied = rest.copyLabels.flatMap((label) => {
    const value = Object.hasOwn(incident.labels, label) ? incident.labels[label] : undefined
    if (value === undefined || value === '' || neverCopied.includes(label)) return []
    return [[label, value.slice(0, longestLabel).toWellFormed()] as const]
  })
  return {
    ...Object.fromEntries(copied),
    alertname,
    severity,
    selfheal_origin: 'escalation',
    selfheal_target: incident.target,
    selfheal_runbook: incident.runbook,
    selfheal_stage: rest.reason,
  }
}

const writeMessage = async (
  deps: EngineDeps,
  incident: Incident,
  cause: EscalationCause,
): Promise<EscalationMessage> => {
  const { runbooks, ledger, clock, settings } = deps
  const now = clock.now()
  const runbook = runbooks.list().find((candidate) => candidate.name === incident.runbook)
  const target = toTarget(incident.target, cause.containers)
  const observation = toObservation(target, speakingAlert(deps, incident), now)
  const summary =
    runbook === undefined
      ? `${incident.target}: selfheal stopped, ${cause.reason}`
      : await runbooks.summarise(runbook.name, observation)
  const account = writeAccount({
    incident,
    runbook,
    reason: cause.reason,
    detail: cause.detail,
    attempts: ledger.attemptsOf(incident.id),
    seen: target.replicas.map(describeReplica),
  })
  const severity = runbook?.escalationSeverity ?? 'critical'
  return {
    incident: incident.id,
    status: 'firing',
    startsAt: now,
    labels: escalationLabels(incident, severity, { reason: cause.reason, copyLabels: settings.copyLabels }),
    annotations: {
      summary: redactSecrets(summary).slice(0, longestSummary).toWellFormed(),
      description: account,
      reason: cause.reason,
      incident: String(incident.id),
    },
  }
}

/** Moves the incident to `escalated` and enqueues the message for every receiver, in one transaction. */
export async function escalate(deps: EngineDeps, incident: Incident, cause: EscalationCause): Promise<Incident> {
  const message = await writeMessage(deps, incident, cause)
  const changed = transition(deps, incident, {
    change: { state: 'escalated', reason: cause.reason, until: null, proposal: cause.proposal ?? null },
    note: {
      kind: 'escalated',
      text: `automation stopped: ${cause.reason}${cause.detail === '' ? '' : ` (${cause.detail})`}`,
      data: {
        reason: cause.reason,
        receivers: deps.receivers,
        ...(cause.proposal && { proposal: cause.proposal.id }),
      },
    },
    also: () => {
      cause.also?.()
      for (const receiver of deps.receivers) deps.ledger.enqueueDelivery(receiver, message, message.startsAt)
    },
  })
  if (deps.receivers.length === 0) {
    const { notification, id, target } = changed
    deps.log.warn({ notification, incident: id, target }, 'escalated with no receiver configured')
  }
  deps.escalationsChanged()
  return changed
}
