/** Deadlines over an injected clock. */
import type { Clock } from './clock.ts'

/** Thrown by `withDeadline` when the time is up. */
export class DeadlineExceeded extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`)
    this.name = 'DeadlineExceeded'
  }
}

/**
 * Runs `work` with a signal that aborts after `ms` or with the outer signal.
 * Rejects with `DeadlineExceeded` at the deadline even if `work` ignores its signal.
 */
export async function withDeadline<T>(
  clock: Clock,
  options: { readonly ms: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timer = new AbortController()
  const inner = new AbortController()
  const signal = AbortSignal.any([options.signal, inner.signal])
  const expired = clock.sleep(options.ms, AbortSignal.any([options.signal, timer.signal])).then(() => {
    const error = new DeadlineExceeded(options.ms)
    inner.abort(error)
    throw error
  })
  expired.catch(() => {})
  try {
    return await Promise.race([work(signal), expired])
  } finally {
    timer.abort(new Error('the work ended first'))
  }
}
