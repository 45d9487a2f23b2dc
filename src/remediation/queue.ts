/**
 * The queue per target: one step at a time on each target, targets side by side.
 * It is the hand: whoever steps a target is alone with it.
 */
import type { Clock } from '../lib/clock.ts'
import type { Next } from './next.ts'

/** What the queue runs. */
export type QueueDeps = {
  readonly step: (target: string, signal: AbortSignal) => Promise<Next>
  readonly clock: Clock
  /** Told of what a step threw, but for a shutdown. Must not throw. */
  readonly failed: (target: string, error: unknown) => void
}

/** Steps targets until they are idle. */
export type Queue = {
  /** Something happened to the target: step it now, or once more after the step that runs. */
  readonly kick: (target: string) => void
  /** Aborts waits and proofs, and resolves when the running steps have ended. */
  readonly stop: () => Promise<void>
  /** Targets that are being stepped or waited for. */
  readonly size: () => number
}

/** After a fault of our own (a full disk, say) the target is stepped again after this long. */
const retryMs = 5_000

type Lane = { isKicked: boolean; wake: AbortController; done: Promise<void> }

/** Creates an empty queue. */
export function createQueue({ step, clock, failed }: QueueDeps): Queue {
  const lanes = new Map<string, Lane>()
  const stopping = new AbortController()

  const stepSafely = async (target: string): Promise<Next> => {
    try {
      return await step(target, stopping.signal)
    } catch (error) {
      if (stopping.signal.aborted) return { kind: 'idle' }
      failed(target, error)
      return { kind: 'wait', ms: retryMs }
    }
  }

  const rest = async (lane: Lane, ms: number): Promise<void> => {
    if (lane.isKicked) return
    lane.wake = new AbortController()
    await clock.sleep(ms, AbortSignal.any([lane.wake.signal, stopping.signal])).catch(() => {})
  }

  const run = async (target: string, lane: Lane): Promise<void> => {
    while (!stopping.signal.aborted) {
      lane.isKicked = false
      const next = await stepSafely(target)
      if (next.kind === 'wait') await rest(lane, next.ms)
      if (next.kind === 'idle' && !lane.isKicked) break
    }
    lanes.delete(target)
  }

  return {
    kick: (target) => {
      if (stopping.signal.aborted) return
      const running = lanes.get(target)
      if (running !== undefined) {
        running.isKicked = true
        running.wake.abort()
        return
      }
      const lane: Lane = { isKicked: false, wake: new AbortController(), done: Promise.resolve() }
      lanes.set(target, lane)
      lane.done = run(target, lane)
    },
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await Promise.all([...lanes.values()].map((lane) => lane.done))
    },
    size: () => lanes.size,
  }
}
