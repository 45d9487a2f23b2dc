/**
 * Resume: an attempt that was begun and never settled, because the process or the storage failed in between.
 * We observe again; we never replay.
 */
import type { Attempt, Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { escalate } from './escalate.ts'
import { transition } from './journal.ts'
import { again, type Next } from './next.ts'
import { proveAndSettle } from './settle.ts'

/** The call was never made: the attempt is interrupted, stays counted, and the incident decides anew. */
const interrupt = (deps: EngineDeps, incident: Incident, attempt: Attempt): Next => {
  transition(deps, incident, {
    change: { state: 'open', reason: null },
    note: {
      kind: 'attempt-interrupted',
      text: `attempt ${attempt.id} was reserved, and its call was never made`,
      data: { attempt: attempt.id },
    },
    also: () =>
      deps.ledger.changeAttempt(attempt.id, { state: 'interrupted', proof: 'unknown', settledAt: deps.clock.now() }),
  })
  return again
}

/** The call was about to be made: whether it took effect is not known, and only an observation can tell. */
const markUnknown = (deps: EngineDeps, incident: Incident, attempt: Attempt): Attempt => {
  let changed = attempt
  transition(deps, incident, {
    change: { state: 'verifying' },
    note: {
      kind: 'attempt-interrupted',
      text: `attempt ${attempt.id} was cut off around its call: whether it took effect is seen by looking, not by repeating it`,
      data: { attempt: attempt.id },
    },
    also: () => {
      changed = deps.ledger.changeAttempt(attempt.id, { state: 'unknown', actedAt: deps.clock.now() })
    },
  })
  return changed
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
  if (attempt.state === 'reserved') return interrupt(deps, incident, attempt)
  const known = attempt.state === 'acting' ? markUnknown(deps, incident, attempt) : attempt
  const runbook = deps.runbooks.list().find((candidate) => candidate.name === attempt.runbook)
  if (runbook === undefined) {
    deps.ledger.changeAttempt(known.id, { proof: 'unknown', settledAt: deps.clock.now() })
    const detail = `runbook ${attempt.runbook} is no longer loaded, so its proof cannot be run`
    await escalate(deps, incident, { reason: 'runbook-broken', detail, containers: [] })
    return again
  }
  const actedAt = known.actedAt ?? deps.clock.now()
  const current = deps.ledger.incident(incident.id) ?? incident
  await proveAndSettle(
    deps,
    { incident: current, attempt: known, runbook, actedAt, hasFailed: known.state === 'failed' },
    signal,
  )
  return again
}
