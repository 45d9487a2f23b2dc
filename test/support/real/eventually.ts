import { setTimeout as sleep } from 'node:timers/promises'

/** How long, and how often, to look. */
export interface Patience {
  readonly timeoutMs?: number
  readonly intervalMs?: number
}

/**
 * Looks again and again until `look` returns something other than undefined or false, and returns that. Rejects after
 * `timeoutMs` (15 s) with the last error that `look` threw. For real systems only, which cannot tell when they are done.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs = 15_000, intervalMs = 50 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  let cause: unknown
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
      cause = undefined
    } catch (error) {
      cause = error
    }
    if (performance.now() > deadline) throw new Error(`not seen within ${timeoutMs} ms: ${what}`, { cause })
    await sleep(intervalMs)
  }
}
