/** The one way in which an incident changes: state and event in one transaction, log lines once it is committed. */
import type { EventKind, Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import type { IncidentChange, Sync } from './ledger.ts'

/** What is written beside the change. */
export type Note = {
  readonly kind: EventKind
  /** One sentence for a person. */
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** One change of an incident. `also` runs in the same transaction. */
export type Change = {
  readonly change: IncidentChange
  readonly note: Note
  readonly also?: (incident: Incident) => void
}

/** What can be done within one commit. */
export type Commit = {
  /** Changes the incident and appends the event. */
  readonly change: (incident: Incident, step: Change) => Incident
  /** Logs an info line, but only when everything is committed. */
  readonly tell: (fields: Readonly<Record<string, unknown>>, phrase: string) => void
}

/** A person has decided since the incident was looked at: nothing is changed, and it is to be looked at again. */
export class Overtaken extends Error {
  constructor(incident: number) {
    super(`a person has decided on incident ${incident} meanwhile`)
    this.name = 'Overtaken'
  }
}

/** What committing needs. */
export type JournalDeps = Pick<EngineDeps, 'ledger' | 'clock' | 'log'>

const lineOf = (incident: Incident, note: Note): Readonly<Record<string, unknown>> => ({
  ...note.data,
  notification: incident.notification,
  incident: incident.id,
  target: incident.target,
  runbook: incident.runbook,
  state: incident.state,
  reason: incident.reason,
  text: note.text,
})

/**
 * Runs `work` in one transaction. Nothing is logged, and nothing has changed, when it throws; it throws `Overtaken` when a
 * person has decided since an incident that it changes was read.
 */
export function commit<T>(deps: JournalDeps, work: (within: Commit) => T, sync: Sync = 'now'): T {
  const { ledger, clock, log } = deps
  const lines: Parameters<Commit['tell']>[] = []
  const change: Commit['change'] = (incident, step) => {
    const at = clock.now()
    const changed = ledger.changeIncident(incident.id, step.change, at)
    if (changed.decisions !== (step.change.decisions ?? incident.decisions)) throw new Overtaken(incident.id)
    ledger.append({ incident: incident.id, at, ...step.note })
    step.also?.(changed)
    lines.push([lineOf(changed, step.note), step.note.kind])
    return changed
  }
  const result = ledger.transaction(
    () => work({ change, tell: (fields, phrase) => lines.push([fields, phrase]) }),
    sync,
  )
  for (const [fields, phrase] of lines) log.info(fields, phrase)
  return result
}

/** Commits a single change. */
export function transition(deps: JournalDeps, incident: Incident, step: Change): Incident {
  return commit(deps, ({ change }) => change(incident, step))
}
