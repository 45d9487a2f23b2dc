/** Acknowledge, resume and close: what a person says of an incident beside its proposals. */
import type { Incident } from '../../incident/record.ts'
import { endWithin } from '../end.ts'
import { commit } from '../journal.ts'
import {
  type Decided,
  inBrackets,
  keepComment,
  type Person,
  type PersonDeps,
  refuse,
  unknownIncident,
} from './person.ts'

const isAcknowledged = ({ ledger }: PersonDeps, { id }: Incident): boolean =>
  ledger.timeline(id).findLast(({ kind }) => kind === 'escalated' || kind === 'acknowledged')?.kind === 'acknowledged'

/**
 * A person knows of the escalation: receivers that need no repetition are not tried again, while the alert at Alertmanager
 * fires until the incident ends. With `isResumed` automation goes on from the first rung, under the same budgets.
 */
export function acknowledge(deps: PersonDeps, id: number, person: Person & { readonly isResumed: boolean }): Decided {
  const { ledger } = deps
  const incident = ledger.incident(id)
  if (incident === undefined) return unknownIncident
  const { state } = incident
  if (state !== 'escalated')
    return refuse('not-awaiting', `the incident is ${state}: only an escalation is acknowledged`)
  const { by, isResumed } = person
  const isKnown = isAcknowledged(deps, incident)
  if (isKnown && !isResumed) return refuse('already-decided', 'the escalation was acknowledged before')
  const comment = keepComment(person.comment)
  const changed = commit(deps, ({ change }) => {
    if (!isKnown) {
      const text = `acknowledged by ${by}${inBrackets(comment)}`
      const also = (): void => ledger.acknowledgeDeliveries(id, deps.toldOnce())
      change(incident, { change: {}, note: { kind: 'acknowledged', text, data: { by, comment } }, also })
    }
    if (!isResumed) return ledger.incident(id) ?? incident
    return change(incident, {
      change: {
        ...{ state: 'open', rung: 0, reason: null, until: null, proposal: null },
        decisions: incident.decisions + 1,
      },
      note: { kind: 'resumed', text: `automation goes on, by ${by}${inBrackets(comment)}`, data: { by, comment } },
    })
  })
  deps.escalationsChanged()
  if (isResumed) deps.kick(incident.target)
  return { ok: true, incident: changed }
}

/** A person closes the incident: it ends, and whoever was told is told that it is over. Not while an attempt is under way. */
export function close(deps: PersonDeps, id: number, person: Person): Decided {
  const incident = deps.ledger.incident(id)
  if (incident === undefined) return unknownIncident
  const { state } = incident
  if (state === 'ended') return refuse('already-decided', 'the incident has ended')
  if (state === 'acting' || state === 'verifying') {
    return refuse('not-awaiting', `the incident is ${state}: an attempt is seen through before it can be closed`)
  }
  const { by } = person
  const comment = keepComment(person.comment)
  const text = `closed by ${by}${inBrackets(comment)}`
  const ended = commit(deps, (within) => {
    const moved = { ...incident, decisions: incident.decisions + 1 }
    deps.ledger.changeIncident(id, { decisions: moved.decisions }, deps.clock.now())
    return endWithin(deps, within, { incident: moved, outcome: 'closed', text, data: { by, comment } })
  })
  deps.escalationsChanged()
  deps.kick(incident.target)
  return { ok: true, incident: ended }
}
