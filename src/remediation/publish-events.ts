/** Tells a listener of every event once it is committed: metrics and live views read the same events as the timeline. */
import type { TimelineEvent } from '../incident/record.ts'
import type { Ledger } from './ledger.ts'

/**
 * The same ledger, which calls `listener` for each event after the outermost transaction has committed, in order.
 * Events of a transaction that was rolled back are never told. What the listener throws is dropped: what is committed
 * must not look as if it had failed.
 */
export function publishEvents(ledger: Ledger, listener: (event: TimelineEvent) => void): Ledger {
  let depth = 0
  let waiting: TimelineEvent[] = []

  const flush = (): void => {
    const events = waiting
    waiting = []
    for (const event of events) {
      try {
        listener(event)
      } catch {
        // The next event is told all the same.
      }
    }
  }

  return {
    ...ledger,
    transaction: (work, sync) => {
      const mark = waiting.length
      depth += 1
      let isDone = false
      try {
        const result = ledger.transaction(work, sync)
        isDone = true
        return result
      } finally {
        depth -= 1
        if (!isDone) waiting = waiting.slice(0, mark)
        else if (depth === 0) flush()
      }
    },
    append: (event) => {
      const appended = ledger.append(event)
      waiting.push(appended)
      if (depth === 0) flush()
      return appended
    },
  }
}
