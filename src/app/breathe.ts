/** The engine's manners: while notifications come in one upon the other, receiving them goes first. */
import { setTimeout as delay } from 'node:timers/promises'
import { yieldLoop } from '../remediation/yield-loop.ts'

/** What is looked at. */
export type Receiving = {
  /** How many notifications were accepted so far. */
  readonly accepted: () => number
  /** Milliseconds that never jump. */
  readonly now: () => number
}

/** So many notifications since the last pause began are a rush. */
const rush = 4
/** Nothing accepted for so long: the rush is over. */
const quietMs = 2
/** The engine never waits longer: of a rush without end it gets a fifth of the time, its slices being that short. */
const longestPauseMs = 20

/**
 * Makes the pause between two slices of the engine's work. Usually everything that waits gets one turn; in a rush of
 * notifications the engine waits until it is over, but for 20 ms at most.
 */
export function createBreathe({ accepted, now }: Receiving): () => Promise<void> {
  let seen = 0
  const untilQuiet = async (): Promise<void> => {
    const until = now() + longestPauseMs
    let quietSince = now()
    let last = accepted()
    while (now() < until && now() - quietSince < quietMs) {
      await delay(1)
      if (accepted() !== last) quietSince = now()
      last = accepted()
    }
  }
  return async () => {
    const before = seen
    seen = accepted()
    if (seen - before >= rush) await untilQuiet()
    else await yieldLoop()
  }
}
