/** Settles an attempt that the adapter refused: nothing was done, the facts had changed, so decide anew. */
import type { Attempt, Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { transition } from './journal.ts'
import type { ActionOutcome } from './ports.ts'

/** A refused attempt. */
export type Refused = {
  readonly incident: Incident
  readonly attempt: Attempt
  readonly outcome: Extract<ActionOutcome, { status: 'refused' }>
}

/** The attempt stays counted, so that a target that always changes under our hands cannot loop. */
export function settleRefused(deps: EngineDeps, { incident, attempt, outcome }: Refused): Incident {
  return transition(deps, incident, {
    change: { state: 'open', reason: outcome.reason },
    note: {
      kind: 'refused',
      text: `the engine's adapter refused: ${outcome.reason} (${outcome.detail})`,
      data: { attempt: attempt.id, reason: outcome.reason },
    },
    also: () => deps.ledger.changeAttempt(attempt.id, { proof: 'unknown', settledAt: deps.clock.now() }),
  })
}
