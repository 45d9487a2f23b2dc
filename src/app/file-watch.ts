/** Watching one file for new content, however it gets there. */
import { createHash } from 'node:crypto'
import { type FSWatcher, readFileSync, statSync, watch } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Log } from '../lib/log.ts'

/** What watching is made with. */
export type FileWatchOptions = {
  readonly file: string
  /** How often the file is looked at where the system does not tell of changes. */
  readonly pollMs?: number
  /** How long is waited after a first sign of change: an editor may still be writing. */
  readonly settleMs?: number
}

/** A watch that was made; it has seen the file as it was then. */
export type FileWatch = {
  /** Calls `changed` whenever the file has other content than when it was last seen. */
  readonly start: (changed: () => void, log: Pick<Log, 'warn'>) => void
  readonly stop: () => void
}

/**
 * Sees the file as it is now, and watches from `start` on. A file that cannot be read is as it was before: editors
 * remove a file before they put the new one into its place.
 *
 * The folder is watched, as a file that is replaced is another file; content is compared, as much else may happen in the
 * folder. A single file that is mounted into a container is changed outside of its folder: hence the slow poll.
 */
export function createFileWatch({ file, pollMs = 30_000, settleMs = 200 }: FileWatchOptions): FileWatch {
  let seen = fingerprintOf(file)
  let watcher: FSWatcher | undefined
  let poll: NodeJS.Timeout | undefined
  let settling: NodeJS.Timeout | undefined

  const look = (changed: () => void): void => {
    const now = fingerprintOf(file)
    if (now === undefined || now === seen) return
    seen = now
    changed()
  }
  return {
    start: (changed, log) => {
      const soon = (): void => {
        settling ??= setTimeout(() => {
          settling = undefined
          look(changed)
        }, settleMs)
      }
      poll = setInterval(() => look(changed), pollMs).unref()
      watcher = watchFolder(dirname(resolve(file)), { told: soon, log })
      // What changed before the folder was watched.
      soon()
    },
    stop: () => {
      clearInterval(poll)
      clearTimeout(settling)
      watcher?.close()
    },
  }
}

const watchFolder = (
  folder: string,
  { told, log }: { readonly told: () => void; readonly log: Pick<Log, 'warn'> },
): FSWatcher | undefined => {
  const giveUp = (error: unknown) => log.warn({ folder, err: error }, 'folder cannot be watched, it is polled instead')
  try {
    const watcher = watch(folder, { persistent: false }, told)
    watcher.on('error', (error) => {
      giveUp(error)
      watcher.close()
    })
    return watcher
  } catch (error) {
    giveUp(error)
    return undefined
  }
}

/** `undefined` where the file cannot be read now, and for a pipe: it can be read once, and reading it may wait for ever. */
const fingerprintOf = (file: string): string | undefined => {
  try {
    if (!statSync(file).isFile()) return undefined
    return createHash('sha256').update(readFileSync(file)).digest('hex')
  } catch {
    return undefined
  }
}
