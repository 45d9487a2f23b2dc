/** The job that compares what Alertmanager holds with what it has told, again and again. */
import cron from 'node-cron'
import type { Log } from '../lib/log.ts'
import { toCronLogger } from './cron-logger.ts'

/** What the job runs. */
export type ReconciliationJobDeps = {
  /** Resolves when one reconciliation is over. Never rejects. */
  readonly reconcile: () => Promise<void>
  readonly log: Log
}

/** The job. */
export type ReconciliationJob = { readonly start: () => Promise<void>; readonly stop: () => Promise<void> }

// The interval that src/alert/reconcile-episode.ts counts with.
const everyThirtySeconds = '*/30 * * * * *'

/** Creates the job; it first runs at the next half minute after its start. */
export function createReconciliationJob({ reconcile, log }: ReconciliationJobDeps): ReconciliationJob {
  const task = cron.createTask(everyThirtySeconds, reconcile, {
    noOverlap: true,
    name: 'reconciliation',
    logger: toCronLogger(log, 'reconciliation'),
  })
  return {
    start: async () => {
      await task.start()
    },
    stop: async () => {
      await task.destroy()
    },
  }
}
