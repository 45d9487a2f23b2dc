/**
 * Approve or reject what waits for a person.
 *
 * Both are committed before they are answered, and both move the incident by one decision: whoever comes second, and a
 * step of the engine that looked before, sees that. An approval only records; the engine looks again, and does what was
 * approved only if that is still what it would do, and no guard has anything else against it.
 */
import type { Incident, Proposal, TimelineEvent } from '../../incident/record.ts'
import { describeAction } from '../describe.ts'
import { endWithin } from '../end.ts'
import { commit, transition } from '../journal.ts'
import {
  type Decided,
  inBrackets,
  keepComment,
  type Person,
  type PersonDeps,
  refuse,
  unknownIncident,
} from './person.ts'

/** What a person says of a proposal. */
export type Word = Person & {
  /** Id of the proposal that the person has seen. */
  readonly proposal: string
}

const isAbout = (proposal: string) => (event: TimelineEvent) => event.data.proposal === proposal

/** Why a proposal cannot be decided upon (any more). */
const whyNot = (deps: PersonDeps, incident: Incident, proposal: string): Decided => {
  const events = deps.ledger.timeline(incident.id).filter(isAbout(proposal))
  const decided = events.find(({ kind }) => kind === 'approved' || kind === 'rejected')
  if (decided !== undefined) return refuse('already-decided', `this proposal was ${decided.text}`)
  if (events.some(({ kind }) => kind === 'approval-expired')) return refuse('expired', 'nobody approved in time')
  const isOver = incident.state === 'ended' || incident.state === 'escalated'
  if (incident.state === 'awaiting_approval' || (events.length > 0 && !isOver)) {
    return refuse('superseded', 'this proposal is not, or no longer, what would be done: look at the incident again')
  }
  return refuse('not-awaiting', `the incident is ${incident.state}: nothing waits for a person's word`)
}

/** A clock that jumped back since the question was asked cannot have let it expire. */
const hasExpired = ({ until, updatedAt }: Incident, now: number): boolean =>
  until !== null && now >= until && now >= updatedAt

/** The proposal that waits, or why it does not. */
const findWaiting = (
  deps: PersonDeps,
  incident: Incident,
  { proposal: id, isOverBudget }: { readonly proposal: string; readonly isOverBudget: boolean },
): Proposal | Decided => {
  const { proposal, state } = incident
  if (proposal === null || proposal.id !== id) return whyNot(deps, incident, id)
  if (state === 'escalated' && isOverBudget) return proposal
  if (state === 'escalated')
    return refuse('not-awaiting', 'its budget is exhausted: it can only be approved over budget')
  if (state !== 'awaiting_approval') return whyNot(deps, incident, id)
  const isLate = hasExpired(incident, deps.clock.now()) && !deps.isHeld(incident)
  return isLate ? refuse('expired', 'nobody approved in time') : proposal
}

const describe = ({ actions }: Proposal): string => actions.map(describeAction).join(', ')

/** Records a person's approval; the engine then looks again. Over budget: neither budgets nor cooldown hold up the one attempt. */
export function approve(deps: PersonDeps, id: number, word: Word & { readonly isOverBudget: boolean }): Decided {
  const incident = deps.ledger.incident(id)
  if (incident === undefined) return unknownIncident
  const found = findWaiting(deps, incident, word)
  if ('ok' in found) return found
  const { by, isOverBudget } = word
  const comment = keepComment(word.comment)
  const at = deps.clock.now()
  const approval = { by, comment, at, until: at + deps.settings.approvalTimeoutMs, isOverBudget }
  const approved = transition(deps, incident, {
    change: {
      state: 'open',
      reason: null,
      until: null,
      proposal: { ...found, approval },
      decisions: incident.decisions + 1,
    },
    note: {
      kind: 'approved',
      text: `approved${isOverBudget ? ' over budget' : ''} by ${by}: ${describe(found)}${inBrackets(comment)}`,
      data: { proposal: found.id, by, comment, overBudget: isOverBudget },
    },
  })
  deps.kick(incident.target)
  return { ok: true, incident: approved }
}

/**
 * Records that a person does not want what is proposed. What was only advised ends: as advised, or as closed by the person
 * where something had been done before; what was asked for in earnest is escalated by the engine's next step.
 */
export function reject(deps: PersonDeps, id: number, word: Word): Decided {
  const incident = deps.ledger.incident(id)
  if (incident === undefined) return unknownIncident
  const found = findWaiting(deps, incident, { ...word, isOverBudget: false })
  if ('ok' in found) return found
  const { by } = word
  const comment = keepComment(word.comment)
  const text = `rejected by ${by}: ${describe(found)}${inBrackets(comment)}`
  const rejected = commit(deps, (within) => {
    const decided = within.change(incident, {
      change: { state: 'open', reason: 'rejected', until: null, proposal: null, decisions: incident.decisions + 1 },
      note: { kind: 'rejected', text, data: { proposal: found.id, by, comment } },
    })
    if (incident.reason !== 'advise-only') return decided
    const outcome = deps.ledger.attemptsOf(id).length === 0 ? 'advised' : 'closed'
    return endWithin(deps, within, { incident: decided, outcome, reason: 'rejected', text, data: { by } })
  })
  deps.escalationsChanged()
  deps.kick(incident.target)
  return { ok: true, incident: rejected }
}
