/** Approved: whether what a person approved is what would be done now. */
import { isDeepStrictEqual } from 'node:util'
import type { Action } from '../../authoring/index.ts'
import type { Granted } from '../../guard/approval.ts'
import type { Incident, Proposal } from '../../incident/record.ts'
import type { EngineDeps } from '../deps.ts'

/** A rung with its actions. */
export type Offered = { readonly rung: number; readonly actions: readonly Action[] }

/** As they are read back from the storage: without what JSON does not carry. */
const stored = (actions: readonly Action[]): unknown => JSON.parse(JSON.stringify(actions))

/** True when both climb the same rung with actions that are equal by value, preconditions included. */
export function isSameOffer(a: Offered, b: Offered): boolean {
  return a.rung === b.rung && isDeepStrictEqual(stored(a.actions), stored(b.actions))
}

/** A clock that is being corrected may lag this far behind the instant of an approval; one that jumped back further voids it. */
const clockSlackMs = 60_000

/** The approval that holds now for what is offered; `null`: nobody approved exactly this, or it was too long ago. */
export function standingApproval({ proposal }: Incident, offered: Offered, now: number): Granted | null {
  const approval = proposal?.approval
  if (proposal === null || approval === undefined) return null
  const isInTime = now < approval.until && now > approval.at - clockSlackMs
  if (!isInTime || !isSameOffer(proposal, offered)) return null
  const answers = proposal.verdicts.flatMap(({ verdict, reason }) =>
    verdict === 'ask' && reason !== null ? [reason] : [],
  )
  return { by: approval.by, answers, isOverBudget: approval.isOverBudget }
}

/** The incident's proposal if a person has approved it: it outlasts a wait; else `null`. */
export function approvedProposal({ proposal }: Incident): Proposal | null {
  return proposal?.approval === undefined ? null : proposal
}

/** Records that an approval came to nothing, if there was one. Joins the running transaction. */
export function noteSuperseded({ ledger, clock }: Pick<EngineDeps, 'ledger' | 'clock'>, incident: Incident): void {
  const approved = approvedProposal(incident)
  if (approved === null) return
  ledger.append({
    incident: incident.id,
    at: clock.now(),
    kind: 'approval-superseded',
    text: `what ${approved.approval?.by ?? 'somebody'} approved is not done: it is no longer what would be done, or it was too long ago`,
    data: { proposal: approved.id },
  })
}
