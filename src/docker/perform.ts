/** Performs actions: preconditions first, then the call, then a look whether the container runs. */
import type { Action, RecreateAction } from '../authoring/index.ts'
import type { ActionOutcome } from '../remediation/ports.ts'
import type { EngineClient } from './engine-client.ts'
import type { OwnActs } from './own-acts.ts'
import { checkPreconditions } from './preconditions.ts'
import { seeRunning } from './see-running.ts'
import type { Sighting, TakeSnapshot } from './snapshot.ts'
import { combineSteps, type Step, stepOfError } from './step.ts'

/** What performing works with. */
export type PerformParts = {
  readonly client: Pick<EngineClient, 'inspect' | 'start' | 'restart'>
  readonly look: TakeSnapshot
  readonly acts: Pick<OwnActs, 'begin' | 'end'>
  /** How long a started container may take to be seen running. */
  readonly timeoutMs: number
}

type Work = (sighting: Sighting, signal: AbortSignal) => Promise<Step>

/** How long Docker may go on with a restart whose call broke off, beyond the container's stop timeout. */
const BROKEN_OFF_MS = 10_000

/** Makes the function that performs actions. It never throws: what happened is the outcome. */
export function createPerform(parts: PerformParts): (action: Action, signal: AbortSignal) => Promise<ActionOutcome> {
  const { look } = parts
  return async (action, signal) => {
    if (action.kind === 'recreate') return { status: 'refused', reason: 'not-on-this-engine', detail: 'not yet' }
    const ids = new Set(action.containers.map(({ id }) => id))
    let found: readonly Sighting[]
    try {
      found = ids.size === 0 ? [] : await look(({ id }) => ids.has(id), signal)
    } catch (error) {
      return { status: 'failed', detail: `nothing was done: ${stepOfError(error).detail}` }
    }
    const checked = checkPreconditions(action, found)
    if (checked.refused !== null) return { status: 'refused', reason: checked.refused, detail: checked.detail }
    const left = checked.leftAlone.map(({ inspection }) => leftAlone(inspection.name))
    return combineSteps([...left, ...(await act(action, checked.subjects, { parts, signal }))])
  }
}

async function act(
  action: Exclude<Action, RecreateAction>,
  subjects: readonly Sighting[],
  { parts, signal }: { readonly parts: PerformParts; readonly signal: AbortSignal },
): Promise<readonly Step[]> {
  const work = action.kind === 'start' ? startOne(parts) : restartOne(parts)
  if (action.kind === 'start' || action.strategy === 'all')
    return Promise.all(subjects.map((subject) => work(subject, signal)))
  return roll(subjects, { parts, work, signal })
}

/** One after the other; a failure stops it. What comes later is looked at again, as time has passed. */
async function roll(
  subjects: readonly Sighting[],
  { parts, work, signal }: { readonly parts: PerformParts; readonly work: Work; readonly signal: AbortSignal },
): Promise<readonly Step[]> {
  const steps: Step[] = []
  for (const [index, subject] of subjects.entries()) {
    const changed = index === 0 ? null : await findChange(subject, parts, signal)
    const step = changed ?? (await work(subject, signal))
    steps.push(step)
    if (step.status === 'done') continue
    const rest = subjects.slice(index + 1).map(({ inspection }) => inspection.name)
    if (rest.length > 0) steps.push({ status: 'failed', detail: `left as they were: ${rest.join(', ')}` })
    break
  }
  return steps
}

async function findChange({ inspection }: Sighting, { look }: PerformParts, signal: AbortSignal): Promise<Step | null> {
  try {
    const [again] = await look(({ id }) => id === inspection.id, signal)
    const isSame = again?.inspection.startedAt === inspection.startedAt && again.inspection.state === inspection.state
    return isSame ? null : { status: 'failed', detail: `${inspection.name} has changed meanwhile and was left alone` }
  } catch (error) {
    return { status: 'failed', detail: `${inspection.name} was left alone: ${stepOfError(error).detail}` }
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
      acts.end(ownAct, step.status === 'unknown' ? Math.max(stopTimeoutSeconds, 0) * 1000 + BROKEN_OFF_MS : 0)
      return step
    }
    return seeRunning({ client, before: inspection, verb: 'restarted', timeoutMs, signal })
  }
}

function leftAlone(name: string): Step {
  return { status: 'done', detail: `${name} was running already and was left alone` }
}
