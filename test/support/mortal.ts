/**
 * Sudden death: everything that a process does goes through here, and when it dies nothing of it happens any more.
 * What it had asked of the world goes on without it; no answer ever reaches it.
 */
import type { Clock } from '../../src/lib/clock.ts'
import type { Ledger } from '../../src/remediation/ledger.ts'

/** Thrown at whoever touches the storage of a dead process. */
export class Dead extends Error {
  constructor() {
    super('the process is dead')
    this.name = 'Dead'
  }
}

/** One life of the process. */
export class Life {
  isOver = false
  /** Commits so far. */
  commits = 0
  /** Asked before and after each commit, with its number from 1 on; true: the process dies there. */
  endsAt: (commit: number, when: 'before' | 'after') => boolean = () => false
  /** While it says so, every commit fails at its very end and leaves no trace. */
  isStorageFailing: () => boolean = () => false
  /** Called once, at the moment of death. */
  ended: () => void = () => {}

  end(): void {
    if (this.isOver) return
    this.isOver = true
    this.ended()
  }

  /** Throws when the process is dead. */
  check(): void {
    if (this.isOver) throw new Dead()
  }

  /** Runs what commits, with all that can go wrong around it. */
  commit<T>(ledger: Ledger, work: () => T): T {
    this.check()
    if (this.isStorageFailing()) {
      return ledger.transaction(() => {
        work()
        throw new Error('the storage cannot be written')
      })
    }
    this.commits += 1
    if (this.endsAt(this.commits, 'before')) this.end()
    this.check()
    const result = work()
    if (this.endsAt(this.commits, 'after')) this.end()
    this.check()
    return result
  }

  /** The answer, if there is still somebody to hear it. */
  hear<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      answer.then(
        (value) => {
          if (!this.isOver) resolve(value)
        },
        (error: unknown) => {
          if (!this.isOver) reject(error)
        },
      )
    })
  }

  /** A port whose asynchronous calls are not made after death, and not answered. */
  port<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...given: unknown[]): unknown => {
          if (this.isOver) return new Promise(() => {})
          const answer: unknown = Reflect.apply(value, target, given)
          return answer instanceof Promise ? this.hear(answer) : answer
        }
      },
    })
  }

  clock(clock: Clock): Clock {
    return {
      now: clock.now,
      monotonic: clock.monotonic,
      sleep: (ms, signal) => (this.isOver ? new Promise(() => {}) : this.hear(clock.sleep(ms, signal))),
    }
  }

  ledger(ledger: Ledger): Ledger {
    let depth = 0
    const enter = <T>(work: () => T): T => {
      depth += 1
      try {
        return work()
      } finally {
        depth -= 1
      }
    }
    return new Proxy(ledger, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...given: unknown[]): unknown => {
          const call = (): unknown => Reflect.apply(value, target, given)
          if (depth > 0) return call()
          this.check()
          return writes.has(String(key)) ? this.commit(target, () => enter(call)) : call()
        }
      },
    })
  }
}

const writes = new Set<string>([
  'transaction',
  'markApplied',
  'openEpisode',
  'touchEpisode',
  'closeEpisode',
  'attachEpisode',
  'disposeEpisode',
  'recheckEpisode',
  'openIncident',
  'changeIncident',
  'reserveAttempt',
  'changeAttempt',
  'append',
  'enqueueDelivery',
  'deliverySucceeded',
  'deliveryFailed',
  'withdrawDeliveries',
  'acknowledgeDeliveries',
] satisfies (keyof Ledger)[])
