/** Time as a parameter: the engine never asks the machine for it, so that it runs in virtual time as well. */
import { setTimeout as delay } from 'node:timers/promises'

/** A clock. */
export type Clock = {
  /** Epoch milliseconds; may jump either way. For records and for comparison with other systems' times. */
  readonly now: () => number
  /** Milliseconds since some fixed moment; never jumps. For durations. */
  readonly monotonic: () => number
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Longest delay that a Node timer can hold. */
const longestTimerMs = 2 ** 31 - 1

/** The machine's own clock. Its sleeps keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(Math.min(Math.max(0, ms), longestTimerMs), undefined, { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    }
  },
}
