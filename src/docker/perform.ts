/** Performs actions: preconditions first, then the call, then a look whether the container runs. */
import type { Action } from '../authoring/index.ts'
import type { ActionOutcome } from '../remediation/ports.ts'
import type { EngineClient } from './engine-client.ts'
import type { OwnActs } from './own-acts.ts'
import { checkPreconditions, type Preconditions } from './preconditions.ts'
import { recreateAll, refuseRecreation } from './recreate.ts'
import type { Recovery } from './recreate-recovery.ts'
import { roll, type Work } from './roll.ts'
import { seeRunning } from './see-running.ts'
import type { Sighting, TakeSnapshot } from './snapshot.ts'
import { combineSteps, type Step, stepOfError } from './step.ts'
import { BROKEN_OFF_MS } from './stop-ours.ts'
import { stopMs } from './stop-time.ts'

/** What performing works with. */
export type PerformParts = {
  readonly client: EngineClient
  readonly look: TakeSnapshot
  readonly acts: Pick<OwnActs, 'begin' | 'end'>
  readonly recovery: Recovery
  /** How long a started container may take to be seen running. */
  readonly timeoutMs: number
  /** How long a re-created one must go on running. */
  readonly steadyMs: number
}

/** Makes the function that performs actions. It never throws: what happened is the outcome. */
export function createPerform(parts: PerformParts): (action: Action, signal: AbortSignal) => Promise<ActionOutcome> {
  return async (action, signal) => {
    let checked: Preconditions
    try {
      checked = await check(parts, action, signal)
    } catch (error) {
      return { status: 'failed', detail: `nothing was done: ${stepOfError(error).detail}` }
    }
    if (checked.refused !== null) return { status: 'refused', reason: checked.refused, detail: checked.detail }
    const left = checked.leftAlone.map(({ inspection }) => leftAlone(inspection.name))
    return combineSteps([...left, ...(await act(action, checked.subjects, { parts, signal }))])
  }
}

/** Looks, and checks. What is left in the lineage of a replacement that broke off is put right first, and looked at again. */
async function check(parts: PerformParts, action: Action, signal: AbortSignal): Promise<Preconditions> {
  const { look, recovery } = parts
  const ids = new Set(action.containers.map(({ id }) => id))
  const lookAtAll = async () => (ids.size === 0 ? [] : look((all) => all.filter(({ id }) => ids.has(id)), signal))
  let found = await lookAtAll()
  if (!recovery.isClear(action.target)) {
    const busy = await recovery.clear(action.target, signal)
    if (busy !== null) return { refused: 'change-in-progress', detail: busy }
    found = await lookAtAll()
  }
  const checked = checkPreconditions(action, found)
  if (checked.refused !== null || action.kind !== 'recreate') return checked
  return (await refuseRecreation(parts, checked.subjects, signal)) ?? checked
}

function act(
  action: Action,
  subjects: readonly Sighting[],
  { parts, signal }: { readonly parts: PerformParts; readonly signal: AbortSignal },
): Promise<readonly Step[]> {
  const { look } = parts
  switch (action.kind) {
    case 'start':
      return Promise.all(subjects.map((subject) => startOne(parts)(subject, signal)))
    case 'restart': {
      const work = restartOne(parts)
      if (action.strategy === 'all') return Promise.all(subjects.map((subject) => work(subject, signal)))
      return roll(subjects, { look, work, signal })
    }
    case 'recreate':
      return recreateAll(parts, subjects, signal)
  }
}

function startOne({ client, timeoutMs }: PerformParts): Work {
  return async ({ inspection }, signal) => {
    try {
      if ((await client.start(inspection, signal)) === 'already-running') return leftAlone(inspection.name)
    } catch (error) {
      return stepOfError(error)
    }
    return seeRunning({ client, before: inspection, verb: 'started', timeoutMs, signal })
  }
}

function restartOne({ client, acts, timeoutMs }: PerformParts): Work {
  return async ({ inspection }, signal) => {
    const { id, stopTimeoutSeconds } = inspection
    const ownAct = acts.begin(id)
    try {
      await client.restart(inspection, stopTimeoutSeconds, signal)
      acts.end(ownAct, 0)
    } catch (error) {
      const step = stepOfError(error)
      acts.end(ownAct, step.status === 'unknown' ? stopMs(stopTimeoutSeconds) + BROKEN_OFF_MS : 0)
      return step
    }
    return seeRunning({ client, before: inspection, verb: 'restarted', timeoutMs, signal })
  }
}

function leftAlone(name: string): Step {
  return { status: 'done', detail: `${name} was running already and was left alone` }
}
