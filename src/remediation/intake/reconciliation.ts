/** Reconciliation: asks Alertmanager what it holds, now and then, and hands it on. */
import type { EngineDeps } from '../deps.ts'
import type { Listing } from './reconcile.ts'

/** Asks Alertmanager what it holds. Without one configured, every call does nothing. */
export type Reconciliation = {
  /** Asks once, and resolves when the answer is applied. Joins the asking that is under way. Never rejects. */
  readonly run: () => Promise<void>
  /** Asks soon: something was said that only a listing asked for from now on can complete. */
  readonly kick: () => void
  /** When the last listing was asked for that every Alertmanager answered and that was applied, epoch milliseconds. */
  readonly completedAt: () => number | null
  /** Resolves when nothing is under way any more. */
  readonly stop: () => Promise<void>
}

/** What became of one asking. `incomplete`: not every Alertmanager answered, so that absence says nothing. */
export type ReconciliationResult = 'complete' | 'incomplete' | 'failed'

/** However often it is kicked, it does not ask more often than this. */
const leastIntervalMs = 5_000

/** Creates it; `apply` resolves when the listing is applied, with whether it was. */
export function createReconciliation(
  deps: Pick<EngineDeps, 'alerts' | 'clock' | 'log' | 'observer'>,
  apply: (listing: Listing) => Promise<boolean>,
): Reconciliation {
  const { alerts, clock, log, observer } = deps
  const stopping = new AbortController()
  let running: Promise<void> | null = null
  let waiting: Promise<void> | null = null
  let askedMs = Number.NEGATIVE_INFINITY
  let completedAt: number | null = null
  let isAnswered = true

  const note = (result: ReconciliationResult, at: number): void => {
    if (result === 'complete') completedAt = at
    observer.reconciliationEnded(result, at)
  }

  const ask = async (): Promise<void> => {
    if (alerts === null || stopping.signal.aborted) return
    const askedAt = clock.now()
    askedMs = clock.monotonic()
    try {
      const view = await alerts.list(stopping.signal)
      isAnswered = true
      const isApplied = await apply({ view, askedAt, askedMs })
      note(isApplied ? (view.isComplete ? 'complete' : 'incomplete') : 'failed', askedAt)
    } catch (error) {
      if (stopping.signal.aborted) return
      if (isAnswered) log.warn({ err: error }, 'alerts cannot be listed')
      isAnswered = false
      note('failed', askedAt)
    }
  }

  const run = (): Promise<void> => {
    running ??= ask().finally(() => {
      running = null
    })
    return running
  }

  /** After the asking that is under way, which may have been begun too early, and not too often. */
  const soon = async (): Promise<void> => {
    await running
    const restMs = askedMs + leastIntervalMs - clock.monotonic()
    if (restMs > 0) await clock.sleep(restMs, stopping.signal).catch(() => {})
    waiting = null
    await run()
  }

  return {
    run,
    kick: () => {
      if (alerts !== null && !stopping.signal.aborted) waiting ??= soon()
    },
    completedAt: () => completedAt,
    stop: async () => {
      stopping.abort(new Error('stopping'))
      await Promise.all([running, waiting])
    },
  }
}
