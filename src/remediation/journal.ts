/** The one way in which an incident changes: state and event in one transaction, then one log line. */
import type { EventKind, Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import type { IncidentChange } from './ledger.ts'

/** What is written beside the change. */
export type Note = {
  readonly kind: EventKind
  /** One sentence for a person. */
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

type JournalDeps = Pick<EngineDeps, 'ledger' | 'clock' | 'log'>

/**
 * Changes the incident, appends the event and logs it. `also` runs in the same transaction.
 * Nothing is logged when the transaction fails.
 */
export function transition(
  deps: JournalDeps,
  incident: Incident,
  step: { readonly change: IncidentChange; readonly note: Note; readonly also?: (incident: Incident) => void },
): Incident {
  const { ledger, clock, log } = deps
  const at = clock.now()
  const changed = ledger.transaction(() => {
    const next = ledger.changeIncident(incident.id, step.change, at)
    ledger.append({ incident: incident.id, at, ...step.note })
    step.also?.(next)
    return next
  })
  log.info(
    {
      notification: changed.notification,
      incident: changed.id,
      target: changed.target,
      runbook: changed.runbook,
      state: changed.state,
      reason: changed.reason,
      ...step.note.data,
      text: step.note.text,
    },
    step.note.kind,
  )
  return changed
}
