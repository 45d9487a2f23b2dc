/** Where node-cron writes: by itself it writes to the console, between our lines. */
import type { Log } from '../lib/log.ts'

/** A logger for node-cron that tells of late and missed runs as warnings, and of nothing else. */
export function toCronLogger(log: Log, job: string) {
  const write = (detail: string | Error, err?: Error) =>
    log.warn({ job, ...(detail instanceof Error ? { err: detail } : { detail, err }) }, 'job is late')
  const ignore = (): void => {}
  return { debug: ignore, info: ignore, warn: write, error: write }
}
