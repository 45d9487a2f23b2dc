/**
 * A clock that moves only when nothing else can happen: whole days of the engine's life pass in milliseconds, and the
 * same run gives the same result every time.
 */
import type { Clock } from '../lib/clock.ts'

type Timer = { readonly dueAt: number; readonly order: number; readonly fire: () => void }

/** 2026-01-01T00:00:00Z. */
export const firstInstant = Date.UTC(2026, 0, 1)

/** Immediates that may follow each other before something must be wrong. */
const mostTurns = 100_000

/** Lets everything happen that needs no time: promises, and chains of `setImmediate`. */
export async function drain(): Promise<void> {
  for (let turn = 0; turn < mostTurns; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    if (turn > 0 && !process.getActiveResourcesInfo().includes('Immediate')) return
  }
  throw new Error('the event loop does not come to rest')
}

/** A virtual clock. Timers that are due at the same instant fire in the order in which they were set. */
export class VirtualClock implements Clock {
  #elapsedMs = 0
  #offsetMs: number
  #order = 0
  #timers: Timer[] = []

  constructor(startAt = firstInstant) {
    this.#offsetMs = startAt
  }

  readonly now = (): number => this.#offsetMs + this.#elapsedMs

  readonly monotonic = (): number => this.#elapsedMs

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const abort = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer)
        reject(signal.reason)
      }
      this.#order += 1
      const timer: Timer = {
        dueAt: this.#elapsedMs + Math.max(0, ms),
        order: this.#order,
        fire: () => {
          signal.removeEventListener('abort', abort)
          resolve()
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#timers.push(timer)
    })

  /** Calls `work` after `ms`, with nothing that could abort it: what the world does by itself. */
  after(ms: number, work: () => void): void {
    this.#order += 1
    this.#timers.push({ dueAt: this.#elapsedMs + ms, order: this.#order, fire: work })
  }

  /** Moves the wall clock alone, either way; what sleeps is not disturbed. */
  jump(ms: number): void {
    this.#offsetMs += ms
  }

  /** How many timers are set. */
  timers(): number {
    return this.#timers.length
  }

  /** Lets time pass until the predicate holds; answers whether it did within `maxVirtualMs`. */
  async runUntil(predicate: () => boolean, maxVirtualMs: number): Promise<boolean> {
    const end = this.#elapsedMs + maxVirtualMs
    for (;;) {
      await drain()
      if (predicate()) return true
      const next = this.#next()
      if (next === undefined || next.dueAt > end) {
        this.#elapsedMs = end
        return false
      }
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueAt)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.fire()
    }
  }

  /** Lets that much time pass. */
  async run(ms: number): Promise<void> {
    await this.runUntil(() => false, ms)
  }

  #next(): Timer | undefined {
    return this.#timers.reduce<Timer | undefined>(
      (first, other) =>
        first === undefined || other.dueAt < first.dueAt || (other.dueAt === first.dueAt && other.order < first.order)
          ? other
          : first,
      undefined,
    )
  }
}
