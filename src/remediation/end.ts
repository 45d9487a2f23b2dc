/** End an incident: its outcome, and the word to the people who were told. */
import type { Incident, IncidentReason, Outcome } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { type Commit, commit } from './journal.ts'

/** How it ended. */
export type Ending = {
  readonly outcome: Outcome
  readonly reason?: IncidentReason | null
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
  /** Runs in the same transaction. */
  readonly also?: () => void
}

/** A receiver that was told, or may have been, is told of the end; what it has not accepted yet is withdrawn. */
const resolveEscalation = (deps: Pick<EngineDeps, 'ledger'>, incident: Incident, at: number): void => {
  const { ledger } = deps
  const told = ledger.withdrawDeliveries(incident.id)
  for (const { receiver, message } of told) {
    ledger.enqueueDelivery(receiver, { ...message, status: 'resolved' }, at)
  }
  if (told.length === 0) return
  ledger.append({
    incident: incident.id,
    at,
    kind: 'escalation-resolved',
    text: 'people are told that it is over',
    data: { receivers: told.map(({ receiver }) => receiver) },
  })
}

/** Ends the incident within a commit; whoever commits calls `escalationsChanged` afterwards. */
export function endWithin(
  deps: Pick<EngineDeps, 'ledger' | 'clock'>,
  { change }: Commit,
  ending: Ending & { readonly incident: Incident },
): Incident {
  const at = deps.clock.now()
  const { incident, outcome, reason = null, text, data } = ending
  return change(incident, {
    change: { state: 'ended', outcome, reason, until: null, endedAt: at, proposal: null },
    note: { kind: 'incident-ended', text, data: { outcome, ...data } },
    also: () => {
      ending.also?.()
      resolveEscalation(deps, incident, at)
    },
  })
}

/** Moves the incident to `ended` and, if people had been told, enqueues the end of the escalation. */
export function end(deps: EngineDeps, incident: Incident, ending: Ending): Incident {
  const ended = commit(deps, (within) => endWithin(deps, within, { ...ending, incident }))
  deps.escalationsChanged()
  return ended
}
