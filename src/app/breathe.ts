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
/** How long ago the last pause may have ended for that: what came in before, while the engine had nothing to do, is none. */
const memoryMs = 100
/** Nothing accepted for so long: the rush is over. */
const quietMs = 10
/** The engine's slices are some ten milliseconds long: of a rush it gets a twenty-fifth of the time... */
const longestPauseMs = 250
/** ...and a third, once a rush has lasted so long. */
const patienceMs = 10_000
const shortPauseMs = 20

/**
 * Makes the pause between two slices of the engine's work. Usually everything that waits gets one turn; in a rush of
 * notifications the engine waits until it is over, but for 250 ms at most, and for 20 ms from the rush's tenth second on.
 */
export function createBreathe({ accepted, now }: Receiving): () => Promise<void> {
  let seen = 0
  let endedAt = Number.NEGATIVE_INFINITY
  let rushSince: number | null = null

  const untilQuiet = async (longestMs: number): Promise<void> => {
    const until = now() + longestMs
    let quietSince = now()
    let last = accepted()
    while (now() < until && now() - quietSince < quietMs) {
      await delay(2)
      if (accepted() !== last) quietSince = now()
      last = accepted()
    }
  }

  return async () => {
    const isRush = accepted() - seen >= rush && now() - endedAt <= memoryMs
    seen = accepted()
    if (isRush) {
      rushSince ??= now()
      await untilQuiet(now() - rushSince < patienceMs ? longestPauseMs : shortPauseMs)
    } else {
      rushSince = null
      await yieldLoop()
    }
    endedAt = now()
  }
}
