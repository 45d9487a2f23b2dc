/** Hold: why nothing is done now, recorded once, and when to look again. */
import type { Reason } from '../guard/verdict.ts'
import type { Incident, IncidentReason, Proposal } from '../incident/record.ts'
import type { Climb } from './climb.ts'
import type { EngineDeps } from './deps.ts'
import { describeAction } from './describe.ts'
import { end } from './end.ts'
import { escalate } from './escalate.ts'
import { type Note, transition } from './journal.ts'
import { again, lookAgainMs, type Next, wait } from './next.ts'
import type { Container } from './ports.ts'

/** Why an incident is held. */
export type Holding =
  | { readonly kind: 'young'; readonly remainingMs: number }
  | { readonly kind: 'unproven' }
  | { readonly kind: 'guarded'; readonly climb: Climb; readonly containers: readonly Container[] }

/** Refusals that will not go away by themselves: a person has to know. */
const final: readonly Reason[] = ['budget-exhausted', 'flapping', 'too-broad']

/** Records the hold, unless it is the one that is recorded already. */
const remain = (
  deps: EngineDeps,
  incident: Incident,
  stay: {
    readonly state: Incident['state']
    readonly reason: IncidentReason
    readonly until: number | null
    readonly note: Note
    readonly proposal?: Proposal
  },
): void => {
  if (incident.state === stay.state && incident.reason === stay.reason) {
    const isPostponed = stay.state === 'deferred' && incident.until !== stay.until
    if (isPostponed) deps.ledger.changeIncident(incident.id, { until: stay.until }, deps.clock.now())
    return
  }
  transition(deps, incident, {
    change: { state: stay.state, reason: stay.reason, until: stay.until, proposal: stay.proposal ?? null },
    note: stay.note,
  })
}

const toProposal = (deps: EngineDeps, climb: Climb): Proposal => ({
  id: deps.newId(),
  rung: climb.index,
  rungName: climb.rung.name,
  risk: climb.rung.risk,
  actions: climb.actions,
  verdicts: climb.decision.verdicts,
})

const holdGuarded = async (
  deps: EngineDeps,
  incident: Incident,
  { climb, containers }: Extract<Holding, { kind: 'guarded' }>,
): Promise<Next> => {
  const { verdict, detail } = climb.decision
  const reason = climb.decision.reason ?? 'cannot-tell'
  const now = deps.clock.now()
  const words = climb.actions.map(describeAction).join(', ')
  const data = { reason, rung: climb.index, verdicts: climb.decision.verdicts.filter((one) => one.verdict !== 'allow') }
  if (verdict === 'defer') {
    const until = climb.decision.until ?? now + lookAgainMs
    remain(deps, incident, {
      state: 'deferred',
      reason,
      until,
      note: { kind: 'deferred', text: `${words}: ${detail}`, data },
    })
    return wait(until - now)
  }
  if (verdict === 'ask') {
    const until = now + deps.settings.approvalTimeoutMs
    const proposal = toProposal(deps, climb)
    const note: Note = { kind: 'approval-asked', text: `${words}: ${detail}`, data: { ...data, proposal: proposal.id } }
    remain(deps, incident, { state: 'awaiting_approval', reason, until, note, proposal })
    return wait()
  }
  if (reason === 'observe-only') {
    end(deps, incident, { outcome: 'advised', reason, text: `observe only; would have done: ${words}`, data })
    return again
  }
  if (final.includes(reason)) {
    await escalate(deps, incident, { reason, detail, containers })
    return again
  }
  remain(deps, incident, {
    state: 'open',
    reason,
    until: null,
    note: { kind: 'refused', text: `${words}: ${detail}`, data },
  })
  return wait()
}

/** Holds the incident and says when to look again. */
export async function hold(deps: EngineDeps, incident: Incident, holding: Holding): Promise<Next> {
  switch (holding.kind) {
    case 'guarded':
      return holdGuarded(deps, incident, holding)
    case 'unproven': {
      const text = 'the alerts closed, and the observation is not clean: nothing is proven'
      remain(deps, incident, { state: 'open', reason: 'unproven', until: null, note: { kind: 'alert-closed', text } })
      return wait()
    }
    case 'young': {
      const until = deps.clock.now() + holding.remainingMs
      const note: Note = { kind: 'pre-check', text: 'it runs, but not yet for long enough to prove anything' }
      remain(deps, incident, { state: 'deferred', reason: 'already-recovered', until, note })
      return wait(holding.remainingMs)
    }
  }
}

/** The approval did not come: what was only advised ends so, what was asked for in earnest escalates. */
export async function expireApproval(deps: EngineDeps, incident: Incident): Promise<Next> {
  if (incident.reason === 'advise-only') {
    end(deps, incident, { outcome: 'advised', reason: 'approval-expired', text: 'nobody approved in time' })
  } else {
    const detail = `nobody approved in time (${incident.reason ?? 'no reason'})`
    await escalate(deps, incident, { reason: 'approval-expired', detail, containers: [] })
  }
  return again
}
