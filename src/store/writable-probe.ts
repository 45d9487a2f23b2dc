/** Whether the storage can be written, found out by writing. */
import type { Connection } from './connection.ts'

/** How long an answer holds: the question is asked by everyone who watches the process, and each try syncs the disk. */
const FRESH_MS = 1000

/** Room that the storage must be able to grow by. */
const FILLER_BYTES = 16 * 1024

/**
 * Returns a function that tells whether a commit succeeds now, or did so within the last second: it stores some pages,
 * removes them again and commits. It never throws.
 */
export function createWritableProbe(connection: Connection, now: () => number): () => boolean {
  const fill = connection.command(`INSERT INTO writable_probe (filler) VALUES (zeroblob(${FILLER_BYTES}))`)
  const empty = connection.command('DELETE FROM writable_probe')
  let last: { readonly at: number; readonly isWritable: boolean } | null = null

  const probe = (): boolean => {
    try {
      connection.transaction(() => {
        fill()
        empty()
      })
      return true
    } catch {
      return false
    }
  }

  return () => {
    if (!connection.isOpen()) return false
    const at = now()
    if (last === null || Math.abs(at - last.at) >= FRESH_MS) last = { at, isWritable: probe() }
    return last.isWritable
  }
}
