/**
 * Climb: record, then act, then prove.
 *
 * The attempt is committed before the call; from then on it counts against the budgets, whatever happens. What is
 * committed at each step is enough to go on from there after a crash without repeating the call.
 */
import type { Action } from '../authoring/index.ts'
import type { Decision } from '../guard/verdict.ts'
import type { Attempt, AttemptState, Incident } from '../incident/record.ts'
import { DeadlineExceeded, withDeadline } from '../lib/deadline.ts'
import type { Sight } from './checks/evaluate.ts'
import type { EngineDeps } from './deps.ts'
import { describeAction } from './describe.ts'
import { type Change, type Commit, commit, transition } from './journal.ts'
import type { ActionOutcome, RungInfo } from './ports.ts'
import type { Skip } from './propose.ts'
import { toEvidence } from './prove.ts'
import { recordSkips } from './skips.ts'

/** One rung with what it would do, what the guards said, and what the checks said before. */
export type Climb = {
  readonly index: number
  readonly rung: RungInfo
  readonly actions: readonly Action[]
  readonly decision: Decision
  readonly before: Sight
  /** Rungs that were passed over on the way to this one. */
  readonly skips: readonly Skip[]
}

/** An attempt with its incident, as both are after the last commit. */
export type Climbing = { readonly incident: Incident; readonly attempt: Attempt }

/** An attempt after its call. */
export type ActedAttempt = Climbing & { readonly outcome: ActionOutcome }

/** Commits the attempt: from here on it counts. */
export function reserve(deps: EngineDeps, incident: Incident, climb: Climb): Climbing {
  const { ledger, clock } = deps
  const reservedAt = clock.now()
  const record = ({ change }: Commit): Climbing => {
    recordSkips(deps, incident, climb.skips)
    const attempt = ledger.reserveAttempt({
      incident: incident.id,
      target: incident.target,
      runbook: incident.runbook,
      rung: climb.index,
      rungName: climb.rung.name,
      actions: climb.actions,
      verdicts: climb.decision.verdicts,
      evidence: toEvidence(climb.before, null, reservedAt),
      reservedAt,
    })
    const reserved = change(incident, {
      change: { state: 'acting', rung: climb.index, reason: null, until: null, proposal: null },
      note: {
        kind: 'attempt-reserved',
        text: `attempt ${attempt.id}, rung "${climb.rung.name}": ${climb.actions.map(describeAction).join(', ')}`,
        data: { attempt: attempt.id, rung: climb.index },
      },
    })
    return { incident: reserved, attempt }
  }
  // It is synced with the commit that the call is about to be made: `act` follows at once, and calls nobody before that one.
  return commit(deps, record, 'with-the-next')
}

const performOne = async (deps: EngineDeps, action: Action): Promise<ActionOutcome> => {
  const { clock, containers, settings } = deps
  try {
    // Not aborted by a shutdown: what was begun is seen through, within its own deadline.
    const { signal } = new AbortController()
    return await withDeadline(clock, { ms: settings.actionTimeoutMs, signal }, (inner) =>
      containers.perform(action, inner),
    )
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error
    return { status: 'unknown', detail: `${describeAction(action)}: ${error.message}` }
  }
}

/** The actions in order, until one is not done. */
const performAll = async (deps: EngineDeps, actions: readonly Action[]): Promise<ActionOutcome> => {
  const details: string[] = []
  for (const action of actions) {
    const outcome = await performOne(deps, action)
    details.push(outcome.detail)
    const detail = details.join('; ')
    // A refusal after something was done is not "nothing was done".
    if (outcome.status === 'refused' && details.length > 1) return { status: 'failed', detail }
    if (outcome.status !== 'done') return { ...outcome, detail }
  }
  return { status: 'done', detail: details.join('; ') }
}

const stateAfter: Record<ActionOutcome['status'], AttemptState> = {
  done: 'done',
  refused: 'failed',
  failed: 'failed',
  unknown: 'unknown',
}

/** Commits that the call is about to be made, makes it, and commits what it led to. */
export async function act(deps: EngineDeps, { incident, attempt }: Climbing): Promise<ActedAttempt> {
  const { ledger, clock } = deps
  const acting = transition(deps, incident, {
    change: { state: 'acting' },
    note: {
      kind: 'attempt-acting',
      text: attempt.actions.map(describeAction).join(', '),
      data: { attempt: attempt.id, rung: attempt.rung },
    },
    also: () => ledger.changeAttempt(attempt.id, { state: 'acting', actedAt: clock.now() }),
  })
  const outcome = await performAll(deps, attempt.actions)
  return commit(deps, ({ change }) => {
    // The proof looks at data from after the end of the call: that is when the target was last touched.
    const actedAt = clock.now()
    const changed = ledger.changeAttempt(attempt.id, {
      state: stateAfter[outcome.status],
      detail: outcome.detail,
      actedAt,
      ...(outcome.status === 'refused' && { proof: 'unknown', settledAt: actedAt }),
    })
    return { incident: change(acting, afterCall(changed, outcome)), attempt: changed, outcome }
  })
}

/**
 * What was refused did nothing, because the facts had changed: it is settled, and the incident decides anew. It stays
 * counted, so that a target that always changes under our hands cannot make a loop. All else is proven.
 */
const afterCall = (attempt: Attempt, outcome: ActionOutcome): Change => {
  const data = { attempt: attempt.id, rung: attempt.rung, status: outcome.status }
  if (outcome.status !== 'refused') {
    const note = { kind: 'attempt-acted', text: `${outcome.status}: ${outcome.detail}`, data } as const
    return { change: { state: 'verifying' }, note }
  }
  return {
    change: { state: 'open', reason: outcome.reason },
    note: {
      kind: 'refused',
      text: `nothing was done: ${outcome.reason} (${outcome.detail})`,
      data: { ...data, reason: outcome.reason },
    },
  }
}
