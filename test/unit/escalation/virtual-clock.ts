/** A clock that stands still until a test moves it. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../../src/lib/clock.ts'

type Sleeper = { readonly at: number; readonly wake: () => void }

/** Creates a clock that starts at 1,000,000 and whose sleeps end only when it is moved past them, in order. */
export function createVirtualClock(): Clock & {
  /** Moves the clock and lets everything happen that was to happen until then. */
  readonly advance: (ms: number) => Promise<void>
  /** Lets everything happen that needs no time. */
  readonly settle: () => Promise<void>
  /** Moves the wall clock alone, either way; what sleeps is not disturbed. */
  readonly jump: (ms: number) => void
} {
  let now = 1_000_000
  let jumpedMs = 0
  const sleepers = new Set<Sleeper>()
  const settle = async (): Promise<void> => {
    for (let turns = 0; turns < 5; turns += 1) await turn()
  }
  return {
    now: () => now + jumpedMs,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const sleeper: Sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          reject(signal.reason)
        })
      }),
    settle,
    jump: (ms) => {
      jumpedMs += ms
    },
    advance: async (ms) => {
      const end = now + ms
      await settle()
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        sleepers.delete(next)
        now = Math.max(now, next.at)
        next.wake()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
