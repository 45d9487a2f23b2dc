/** The health check of a fake container: it runs at its interval, in the fake's own seconds. */
import { arrayAt, type JsonObject, numberAt, objectAt } from '../../src/docker/shape.ts'

/** What the engine tells of a health check; Docker keeps the log over a restart, and begins anew with `starting`. */
export type FakeHealth = { Status: string; FailingStreak: number; Log: readonly JsonObject[] }

const LOGS_KEPT = 5
const SECOND_NANOS = 1_000_000_000

/** Begins the checks of a container that was just started; `null` where it has none. `isRunning` ends them. */
export function beginHealth(
  config: JsonObject | undefined,
  before: FakeHealth | null,
  { secondMs, isRunning }: { readonly secondMs: number; readonly isRunning: () => boolean },
): FakeHealth | null {
  const check = objectAt(config ?? {}, 'Healthcheck')
  const [kind, command] = arrayAt(check, 'Test')
  if (kind === undefined || kind === 'NONE') return null
  const health: FakeHealth = { Status: 'starting', FailingStreak: 0, Log: before?.Log ?? [] }
  const everyMs = ((numberAt(check, 'Interval') ?? 0) / SECOND_NANOS || 30) * secondMs
  const timer = setInterval(() => {
    if (!isRunning()) return clearInterval(timer)
    const at = new Date().toISOString()
    const isWell = command === 'true'
    health.Log = [...health.Log, { Start: at, End: at, ExitCode: isWell ? 0 : 1, Output: '' }].slice(-LOGS_KEPT)
    health.Status = isWell ? 'healthy' : 'unhealthy'
  }, everyMs)
  timer.unref()
  return health
}
