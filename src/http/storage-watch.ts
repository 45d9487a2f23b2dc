/** Whether the storage takes notifications: told when that changes, and not for each request. */
import type { Log } from '../lib/log.ts'

/** Sees each try to store something. */
export type StorageWatch = {
  readonly stored: () => void
  /** Answers whether this refusal only repeats what the log says already. */
  readonly refused: (error: unknown) => boolean
}

/** Starts with a storage that is taken to be well. Each change is one line. */
export function watchStorage(log: Pick<Log, 'error' | 'info'>): StorageWatch {
  let refused = 0
  return {
    stored: () => {
      if (refused === 0) return
      log.info({ refused }, 'storage takes notifications again')
      refused = 0
    },
    refused: (error) => {
      refused += 1
      if (refused === 1) log.error({ err: error }, 'storage takes no notifications, senders are told to try again')
      return refused > 1
    },
  }
}
