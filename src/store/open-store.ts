/** Opening the storage: a directory with one SQLite database, held by one process at a time. */
import { join } from 'node:path'
import type { Ledger } from '../remediation/ledger.ts'
import { type Connection, openConnection } from './connection.ts'
import { type DeadLetters, prepareDeadLetters } from './dead-letters.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createLedger } from './ledger.ts'
import { migrate, migrationsFolder, readMigrations } from './migrate.ts'
import { readText } from './row.ts'
import { ensureDirectory } from './storage-directory.ts'
import { StorageError } from './storage-error.ts'
import { LOCK_FILE, lockStorage } from './storage-lock.ts'
import { createWritableProbe } from './writable-probe.ts'

const DATABASE_FILE = 'selfheal.db'

/** Where the storage is, and the clock that dates its migrations. */
export type StoreOptions = {
  /** Directory; created when it does not exist. */
  readonly path: string
  /** Epoch milliseconds; default: the machine's clock. */
  readonly now?: () => number
}

/** An open storage. Whatever it says is committed survives the end of the process and of the machine. */
export type Store = {
  readonly ledger: Ledger
  readonly inbox: Inbox
  readonly deadLetters: DeadLetters
  /** Whether a commit succeeds now, tried at most once a second; false once closed. Never throws. */
  readonly isWritable: () => boolean
  /** Commits what waits in the inbox, closes the database and gives the path free; a second call does nothing. */
  readonly close: () => void
}

function refuseDamaged(connection: Connection): void {
  const finding = connection.query('PRAGMA quick_check(1)', (row) => readText(row, 'quick_check')).get()
  if (finding === 'ok') return
  throw new StorageError('corrupt', {
    path: connection.path,
    found: `its check says: ${finding ?? 'nothing'}`,
    advice: 'restore it from a backup, or move it away to start with an empty storage',
  })
}

function openDatabase(folder: string, now: () => number): Connection {
  const connection = openConnection(join(folder, DATABASE_FILE))
  try {
    refuseDamaged(connection)
    migrate(connection, readMigrations(migrationsFolder), now)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

function assemble(connection: Connection, now: () => number, release: () => void): Store {
  const inbox = createInbox(connection)
  return {
    ledger: createLedger(connection),
    inbox,
    deadLetters: prepareDeadLetters(connection),
    isWritable: createWritableProbe(connection, now),
    close: () => {
      if (!connection.isOpen()) return
      inbox.close()
      connection.close()
      release()
    },
  }
}

/**
 * Opens the storage in the directory `path`: takes its lock, opens or creates `selfheal.db`, checks it and brings its
 * schema up to date. Throws `StorageError` (`unwritable`, `locked`, `newer-schema`, `corrupt`) naming the path, what was
 * found and what to do; nothing stays open or locked then.
 */
export function openStore({ path, now = Date.now }: StoreOptions): Store {
  const folder = ensureDirectory(path, [DATABASE_FILE, LOCK_FILE])
  const lock = lockStorage(folder)
  try {
    return assemble(openDatabase(folder, now), now, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}
