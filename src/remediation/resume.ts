/**
 * Resume: an attempt that was begun and never settled, because the process or the storage failed in between.
 * We observe again; we never replay.
 */
import type { Attempt, Incident } from '../incident/record.ts'
import type { Climbing } from './climb.ts'
import type { EngineDeps } from './deps.ts'
import { commit, transition } from './journal.ts'
import { again, type Next } from './next.ts'
import { speakingAlert } from './routing/speaking-alert.ts'
import { proveAndSettle } from './settle.ts'

/** The call was never made: the attempt is interrupted, stays counted, and the incident decides anew. */
const interrupt = (deps: EngineDeps, incident: Incident, attempt: Attempt): void => {
  const settledAt = deps.clock.now()
  transition(deps, incident, {
    change: { state: 'open', reason: null },
    note: {
      kind: 'attempt-interrupted',
      text: `attempt ${attempt.id} was reserved, and its call was never made`,
      data: { attempt: attempt.id },
    },
    also: () => deps.ledger.changeAttempt(attempt.id, { state: 'interrupted', proof: 'unknown', settledAt }),
  })
}

/** The call was about to be made: whether it took effect is not known, and only an observation can tell. */
const markUnknown = (deps: EngineDeps, incident: Incident, attempt: Attempt): Climbing =>
  commit(deps, ({ change }) => {
    const verifying = change(incident, {
      change: { state: 'verifying' },
      note: {
        kind: 'attempt-interrupted',
        text: `attempt ${attempt.id} was cut off around its call: whether it took effect is seen by looking, not by repeating it`,
        data: { attempt: attempt.id },
      },
    })
    const unknown = deps.ledger.changeAttempt(attempt.id, { state: 'unknown', actedAt: deps.clock.now() })
    return { incident: verifying, attempt: unknown }
  })

/** Without its runbook the proof cannot be run: what was done stays unproven, and people have to be told. */
const settleUnproven = (deps: EngineDeps, { incident, attempt }: Climbing): void => {
  const settledAt = deps.clock.now()
  transition(deps, incident, {
    change: { state: 'open', reason: 'runbook-broken' },
    note: {
      kind: 'proof-settled',
      text: `unknown: runbook ${attempt.runbook} is no longer loaded`,
      data: { attempt: attempt.id, rung: attempt.rung, proof: 'unknown' },
    },
    also: () => deps.ledger.changeAttempt(attempt.id, { proof: 'unknown', settledAt }),
  })
}

/** Goes on from what is committed. */
export async function resume(deps: EngineDeps, incident: Incident, signal: AbortSignal): Promise<Next> {
  const attempt = deps.ledger.attemptsOf(incident.id).find((candidate) => candidate.settledAt === null)
  if (attempt === undefined) {
    transition(deps, incident, {
      change: { state: 'open', reason: null },
      note: { kind: 'attempt-interrupted', text: 'no attempt is pending: decide anew' },
    })
    return again
  }
  if (attempt.state === 'reserved') {
    interrupt(deps, incident, attempt)
    return again
  }
  const known = attempt.state === 'acting' ? markUnknown(deps, incident, attempt) : { incident, attempt }
  const runbook = deps.runbooks.list().find((candidate) => candidate.name === attempt.runbook)
  if (runbook === undefined) settleUnproven(deps, known)
  else await proveAndSettle(deps, { ...known, runbook, labels: speakingAlert(deps, incident).labels }, signal)
  return again
}
