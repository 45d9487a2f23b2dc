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
import { transition } from './journal.ts'
import type { ActionOutcome, RungInfo } from './ports.ts'
import { toEvidence } from './prove.ts'

/** One rung with what it would do, what the guards said, and what the checks said before. */
export type Climb = {
  readonly index: number
  readonly rung: RungInfo
  readonly actions: readonly Action[]
  readonly decision: Decision
  readonly before: Sight | null
}

/** Commits the attempt: from here on it counts. */
export function reserve(deps: EngineDeps, incident: Incident, climb: Climb): Attempt {
  const { ledger, clock } = deps
  const reservedAt = clock.now()
  return ledger.transaction(() => {
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
    transition(deps, incident, {
      change: { state: 'acting', rung: climb.index, reason: null, until: null, proposal: null },
      note: {
        kind: 'attempt-reserved',
        text: `attempt ${attempt.id}, rung "${climb.rung.name}": ${climb.actions.map(describeAction).join(', ')}`,
        data: { attempt: attempt.id, rung: climb.index },
      },
    })
    return attempt
  })
}

const performOne = async (deps: EngineDeps, action: Action, signal: AbortSignal): Promise<ActionOutcome> => {
  const { clock, containers, settings } = deps
  try {
    return await withDeadline(clock, { ms: settings.actionTimeoutMs, signal }, (inner) =>
      containers.perform(action, inner),
    )
  } catch (error) {
    if (error instanceof DeadlineExceeded)
      return { status: 'unknown', detail: `${describeAction(action)}: ${error.message}` }
    throw error
  }
}

/** The actions in order, until one is not done. */
const performAll = async (
  deps: EngineDeps,
  actions: readonly Action[],
  signal: AbortSignal,
): Promise<ActionOutcome> => {
  const details: string[] = []
  for (const action of actions) {
    const outcome = await performOne(deps, action, signal)
    details.push(outcome.detail)
    if (outcome.status !== 'done') return { ...outcome, detail: details.join('; ') }
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
export async function act(deps: EngineDeps, incident: Incident, attempt: Attempt): Promise<ActedAttempt> {
  const { ledger, clock } = deps
  const words = attempt.actions.map(describeAction).join(', ')
  transition(deps, incident, {
    change: { state: 'acting' },
    note: { kind: 'attempt-acting', text: words, data: { attempt: attempt.id, rung: attempt.rung } },
    also: () => ledger.changeAttempt(attempt.id, { state: 'acting', actedAt: clock.now() }),
  })
  // The call is not aborted by a shutdown: what was begun is seen through, within its own deadline.
  const outcome = await performAll(deps, attempt.actions, new AbortController().signal)
  const state = stateAfter[outcome.status]
  let changed = attempt
  const next = transition(deps, incident, {
    change: { state: 'verifying' },
    note: {
      kind: 'attempt-acted',
      text: `${outcome.status}: ${outcome.detail}`,
      data: { attempt: attempt.id, rung: attempt.rung, status: outcome.status },
    },
    // The proof looks at data from after the end of the call: that is when the target was last touched.
    also: () => {
      changed = ledger.changeAttempt(attempt.id, { state, detail: outcome.detail, actedAt: clock.now() })
    },
  })
  return { incident: next, attempt: changed, outcome }
}

/** An attempt after its call. */
export type ActedAttempt = {
  readonly incident: Incident
  readonly attempt: Attempt
  readonly outcome: ActionOutcome
}
