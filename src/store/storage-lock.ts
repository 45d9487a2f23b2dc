/** The lock on a storage path: one process at a time, released by the kernel however the process ends. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { StorageError, toStorageError } from './storage-error.ts'

/** Name of the lock's file in the storage path. */
export const LOCK_FILE = 'selfheal.lock'

/** A held lock. */
export type StorageLock = { readonly release: () => void }

/**
 * Takes the lock of the directory `folder`, or throws `StorageError` `locked` when another process holds it.
 *
 * The lock is an exclusive transaction on an empty SQLite file beside the data, and so a record lock of the operating
 * system: the kernel drops it with the process, and no stale file is left that a person would have to remove. The data
 * file itself stays readable for other programs.
 */
export function lockStorage(folder: string): StorageLock {
  const path = join(folder, LOCK_FILE)
  let database: Database.Database | undefined
  try {
    database = new Database(path, { timeout: 0 })
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return { release: () => void held.close() }
  } catch (error) {
    database?.close()
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      const found = 'another process holds its lock'
      const advice = 'stop the other selfheal, or give this one a storage path of its own'
      throw new StorageError('locked', { path: folder, found, advice }, error)
    }
    throw toStorageError(error, path)
  }
}
