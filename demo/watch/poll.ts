import { setTimeout as sleep } from 'node:timers/promises'
import type { Tell } from '../happening.ts'

/** Something that is looked at again and again. */
export type Look = {
  /** What is looked at, for a person. */
  readonly what: string
  readonly intervalMs: number
  readonly look: (signal: AbortSignal) => Promise<void>
}

/** Looks until the signal aborts. A look that fails is told once, not each time, and does not end the watch. */
export async function poll({ what, intervalMs, look }: Look, tell: Tell, signal: AbortSignal): Promise<void> {
  let isFailing = false
  while (!signal.aborted) {
    try {
      await look(signal)
      isFailing = false
    } catch (error) {
      if (signal.aborted) return
      const text = `cannot look at ${what}: ${error instanceof Error ? error.message : String(error)}`
      if (!isFailing) tell({ at: Date.now(), service: 'judge', kind: 'trouble', text })
      isFailing = true
    }
    await sleep(intervalMs, undefined, { signal }).catch(() => {})
  }
}
