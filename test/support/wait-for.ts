/** Waiting for an event that cannot be awaited: looks again and again, for as long as a loaded machine may need. */
import { vi } from 'vitest'

/** Resolves with what `look` returns once it does not throw any more; rejects with its last error after half a minute. */
export function waitFor<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 30_000, interval: 20 })
}
