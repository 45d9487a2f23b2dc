/** Persons: who decides on incidents, and what is answered to them. */
import type { Incident } from '../../incident/record.ts'
import { redactSecrets } from '../../lib/redact.ts'
import type { EngineDeps } from '../deps.ts'

/** Who speaks, and what they say beside their decision. */
export type Person = { readonly by: string; readonly comment: string }

/** Why a decision is not taken. */
export type DecisionRefusal = 'not-found' | 'already-decided' | 'superseded' | 'expired' | 'not-awaiting'

/** The incident after the decision, or why nothing has changed. */
export type Decided =
  | { readonly ok: true; readonly incident: Incident }
  | { readonly ok: false; readonly code: DecisionRefusal; readonly detail: string }

/** What taking decisions needs. */
export type PersonDeps = Pick<EngineDeps, 'ledger' | 'clock' | 'log' | 'escalationsChanged'> & {
  readonly settings: Pick<EngineDeps['settings'], 'approvalTimeoutMs'>
  /** Makes the engine look at a target. */
  readonly kick: (target: string) => void
  /** Whether what waits for a person does not expire now, because people hold the target back. */
  readonly isHeld: (incident: Incident) => boolean
  /** Names of the receivers that need no repetition once they were told. */
  readonly toldOnce: () => readonly string[]
}

const longestComment = 500

/** A comment as it is kept: without secrets, and not endless. */
export function keepComment(comment: string): string {
  return redactSecrets(comment).slice(0, longestComment).toWellFormed()
}

/** ` (comment)`, or nothing. */
export function inBrackets(comment: string): string {
  return comment === '' ? '' : ` (${comment})`
}

/** A decision that is not taken. */
export function refuse(code: DecisionRefusal, detail: string): Decided {
  return { ok: false, code, detail }
}

/** There is no such incident. */
export const unknownIncident: Decided = refuse('not-found', 'there is no incident with this id')
