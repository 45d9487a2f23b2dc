/** Long work in slices: between two of them the event loop answers requests. */

/** Resolves after other work of the event loop had its turn. */
export function yieldLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
