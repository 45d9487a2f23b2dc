/** Hold: why nothing is done now, recorded once, and when to look again. */
import type { Reason, Verdict } from '../guard/verdict.ts'
import type { Incident, IncidentReason, Proposal } from '../incident/record.ts'
import type { Case } from './case.ts'
import type { Climb } from './climb.ts'
import type { EngineDeps } from './deps.ts'
import { describeAction } from './describe.ts'
import { end } from './end.ts'
import { giveUp } from './give-up.ts'
import { type Note, transition } from './journal.ts'
import { again, lookAgainMs, type Next, wait } from './next.ts'
import { sinceOpening, unhelpfulAttempts } from './opening.ts'
import { approvedProposal, isSameOffer, noteSuperseded } from './people/approved.ts'
import { holdingBack } from './people/held-back.ts'

/** Why an incident is held. */
export type Holding =
  | { readonly kind: 'young'; readonly remainingMs: number }
  | { readonly kind: 'unproven' }
  | { readonly kind: 'silenced' }
  | { readonly kind: 'guarded'; readonly climb: Climb }

/** Refusals that will not go away by themselves: a person has to know. */
const final: readonly Reason[] = ['budget-exhausted', 'flapping', 'too-broad']

/** Refusals by which a person has taken the target in hand: nobody needs to be told. */
const personal: readonly Reason[] = ['stopped-by-person', 'paused-container']

/** What was begun and may not be gone on with is a person's to finish. */
const isFinal = (deps: EngineDeps, incident: Incident, reason: Reason): boolean =>
  final.includes(reason) || (!personal.includes(reason) && unhelpfulAttempts(deps, incident).length > 0)

type Stay = {
  readonly state: Incident['state']
  readonly reason: IncidentReason
  readonly until: number | null
  readonly note: Note
  readonly proposal?: Proposal
}

const isSameProposal = (a: Proposal | null, b: Proposal | undefined): boolean =>
  b === undefined || (a !== null && isSameOffer(a, b))

/** Records the hold, unless it is the one that is recorded already. */
const remain = (deps: EngineDeps, incident: Incident, stay: Stay): void => {
  const isSame = incident.state === stay.state && incident.reason === stay.reason
  if (isSame && isSameProposal(incident.proposal, stay.proposal)) {
    const isPostponed = stay.state === 'deferred' && incident.until !== stay.until
    if (isPostponed) deps.ledger.changeIncident(incident.id, { until: stay.until }, deps.clock.now())
    return
  }
  // What is proposed instead waits no longer than what was proposed before it.
  const until = isSame && stay.state === 'awaiting_approval' ? incident.until : stay.until
  transition(deps, incident, {
    change: { state: stay.state, reason: stay.reason, until, proposal: stay.proposal ?? approvedProposal(incident) },
    note: stay.note,
    also: () => {
      if (stay.proposal !== undefined) noteSuperseded(deps, incident)
    },
  })
}

/** So often what waits for a person may be replaced by something else: nobody can approve what does not hold still. */
const mostProposals = 20

/** How often a person was asked since one last had a say. */
const askedTimes = (deps: EngineDeps, incident: Incident): number => {
  const events = sinceOpening(deps, incident)
  const said = events.findLastIndex(({ kind }) => kind === 'approved' || kind === 'resumed')
  return events.slice(said + 1).filter(({ kind }) => kind === 'approval-asked').length
}

const isAskedAlready = ({ state, proposal }: Incident, fresh: Proposal): boolean =>
  state === 'awaiting_approval' && proposal !== null && isSameOffer(proposal, fresh)

const toProposal = (deps: EngineDeps, climb: Climb): Proposal => ({
  id: deps.newId(),
  rung: climb.index,
  rungName: climb.rung.name,
  risk: climb.rung.risk,
  actions: climb.actions,
  verdicts: climb.decision.verdicts,
})

const holdGuarded = async (deps: EngineDeps, subject: Case, climb: Climb): Promise<Next> => {
  const { incident, containers, mode } = subject
  const { verdict, detail, reason, text, data } = describeGuarded(climb)
  const now = deps.clock.now()
  switch (verdict) {
    case 'defer': {
      const until = climb.decision.until ?? (reason === 'paused' ? null : now + lookAgainMs)
      remain(deps, incident, { state: 'deferred', reason, until, note: { kind: 'deferred', text, data } })
      return until === null ? wait() : wait(until - now)
    }
    case 'ask': {
      const until = now + deps.settings.approvalTimeoutMs
      const proposal = toProposal(deps, climb)
      if (!isAskedAlready(incident, proposal) && askedTimes(deps, incident) >= mostProposals) {
        const cause = `what is proposed has changed ${mostProposals} times while it waited for a person`
        return giveUp(deps, incident, { reason: 'target-changed', detail: cause, containers, mode })
      }
      const note: Note = { kind: 'approval-asked', text, data: { ...data, proposal: proposal.id } }
      remain(deps, incident, { state: 'awaiting_approval', reason, until, note, proposal })
      return wait()
    }
    case 'allow':
    case 'refuse': {
      if (reason === 'observe-only') {
        end(deps, incident, { outcome: 'advised', reason, text: `observe only; would have done: ${text}`, data })
        return again
      }
      const back = holdingBack(climb.decision.verdicts)
      if (isFinal(deps, incident, reason) && back !== undefined) return holdBack(deps, incident, back)
      const isSilent = climb.decision.verdicts.some((one) => one.reason === 'silenced')
      if (isFinal(deps, incident, reason) && isSilent) return holdSilenced(deps, incident)
      if (isFinal(deps, incident, reason)) {
        // What only the budget speaks against, a person may still want.
        const offered = reason === 'budget-exhausted' ? { proposal: toProposal(deps, climb) } : {}
        const also = (): void => noteSuperseded(deps, incident)
        return giveUp(deps, incident, { reason, detail, containers, mode, also, ...offered })
      }
      remain(deps, incident, { state: 'open', reason, until: null, note: { kind: 'refused', text, data } })
      return wait()
    }
  }
}

/** How long an incident may stay unproven before people are told. */
const unprovenLimitMs = 15 * 60_000

const holdUnproven = async (deps: EngineDeps, { incident, containers, mode }: Case): Promise<Next> => {
  const now = deps.clock.now()
  const isHeld = incident.state === 'open' && incident.reason === 'unproven' && incident.until !== null
  if (isHeld && now >= (incident.until ?? now)) {
    const detail = 'the alerts closed, and the observation has not been clean since'
    return giveUp(deps, incident, { reason: 'unproven', detail, containers, mode })
  }
  const text = 'the alerts closed, and the observation is not clean: nothing is proven'
  const until = isHeld ? incident.until : now + unprovenLimitMs
  remain(deps, incident, { state: 'open', reason: 'unproven', until, note: { kind: 'alert-closed', text } })
  return wait()
}

/** A person has stopped automation here for a while: what would be told to people is decided upon when that ends. */
const holdBack = (deps: EngineDeps, incident: Incident, { reason, detail, until, guard }: Verdict): Next => {
  const note: Note = { kind: 'deferred', text: detail, data: { reason, guard } }
  remain(deps, incident, { state: 'deferred', reason: reason ?? 'paused', until, note })
  return wait()
}

/** A person has silenced its alerts, and knows: nothing is done, and nobody is told, before that ends. */
const holdSilenced = (deps: EngineDeps, incident: Incident): Next => {
  const text = 'its alerts are silenced or inhibited in Alertmanager: it is left alone until that ends'
  const note: Note = { kind: 'deferred', text, data: { reason: 'silenced' } }
  const until = deps.clock.now() + lookAgainMs
  remain(deps, incident, { state: 'deferred', reason: 'silenced', until, note })
  return wait()
}

const describeGuarded = ({ index, actions, decision }: Climb) => {
  const reason = decision.reason ?? 'cannot-tell'
  const verdicts = decision.verdicts.filter((one) => one.verdict !== 'allow')
  const text = `${actions.map(describeAction).join(', ')}: ${decision.detail}`
  return { verdict: decision.verdict, detail: decision.detail, reason, text, data: { reason, rung: index, verdicts } }
}

/** Holds the incident and says when to look again. */
export async function hold(deps: EngineDeps, subject: Case, holding: Holding): Promise<Next> {
  const { incident } = subject
  switch (holding.kind) {
    case 'guarded':
      return holdGuarded(deps, subject, holding.climb)
    case 'unproven': {
      // What waits for a person goes on waiting: not being able to look is no reason to withdraw the proposal.
      if (incident.state === 'awaiting_approval') return wait()
      return holdUnproven(deps, subject)
    }
    case 'silenced':
      return incident.state === 'awaiting_approval' ? wait() : holdSilenced(deps, incident)
    case 'young': {
      const until = deps.clock.now() + holding.remainingMs
      const note: Note = { kind: 'pre-check', text: 'it runs, but not yet for long enough to prove anything' }
      remain(deps, incident, { state: 'deferred', reason: 'already-recovered', until, note })
      return wait(holding.remainingMs)
    }
  }
}
