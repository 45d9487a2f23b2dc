/** Reloading the runbooks, on a signal or a request: each result is logged and shown as a metric. */
import type { Log } from '../lib/log.ts'
import type { Reloaded, RunbookHost } from '../runbook/host.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** What reloading is made with. */
export type ReloadDeps = {
  readonly runbooks: Pick<RunbookHost, 'reload' | 'list'>
  readonly metrics: Pick<Metrics, 'reloaded'>
  readonly log: Log
}

/** Makes the reload. It rejects, after having logged and shown it, only when no thread can be started. */
export function createReload({ runbooks, metrics, log }: ReloadDeps): () => Promise<Reloaded> {
  return async () => {
    try {
      const result = await runbooks.reload()
      metrics.reloaded.set({}, result.isSwapped ? 1 : 0)
      for (const fault of result.faults) log.error({ ...fault }, 'runbook not usable')
      const fields = { runbooks: runbooks.list().length, faults: result.faults.length }
      if (result.isSwapped) log.info(fields, 'runbooks reloaded')
      else log.error(fields, 'runbooks not reloaded, the last good set stays')
      return result
    } catch (error) {
      metrics.reloaded.set({}, 0)
      log.error({ err: error }, 'runbooks not reloaded, the last good set stays')
      throw error
    }
  }
}
