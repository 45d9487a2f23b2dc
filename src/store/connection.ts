/** One open SQLite database: prepared statements, transactions, and errors in our own words. */
import Database from 'better-sqlite3'
import type { Sync } from '../remediation/ledger.ts'
import type { Row } from './row.ts'
import { StorageError, toStorageError } from './storage-error.ts'

/** Values that statements are given, by the name of their `:parameter`. */
export type Values = Readonly<Record<string, string | number | null | Buffer>>

/** A prepared statement that answers rows, each of them decoded. */
export type Query<T> = {
  readonly get: (values?: Values) => T | undefined
  readonly all: (values?: Values) => readonly T[]
}

/** A prepared statement that answers how many rows it changed. */
export type Command = (values?: Values) => number

/** A prepared `INSERT` of one row with `?` for its values; answers the row's id. */
export type Insertion = (...values: readonly (string | number | null | Buffer)[]) => number

/** An open database. Every call throws `StorageError` when the file or the disk is at fault. */
export type Connection = {
  readonly path: string
  readonly query: <T>(sql: string, decode: (row: Row) => T) => Query<T>
  readonly command: (sql: string) => Command
  /** For what is inserted by the thousand: no row is made for the answer, and no name of a parameter is looked up. */
  readonly insertion: (sql: string) => Insertion
  /** Runs several statements that answer nothing. */
  readonly script: (sql: string) => void
  /**
   * Runs `work` in one transaction, which is durable when the outermost call returns, or, `with-the-next`,
   * when a later one that is synced has returned: for what is done again when it is lost. A nested call is a savepoint:
   * when it throws, its own changes are undone. When the disk fails SQLite gives up the whole transaction: every later
   * statement of it and the outermost call then throw the same error, also when `work` swallowed it.
   */
  readonly transaction: <T>(work: () => T, sync?: Sync) => T
  readonly isInTransaction: () => boolean
  /** Moves what is committed from the write-ahead log to the database, as far as that is possible now; never throws. */
  readonly checkpoint: () => void
  readonly isOpen: () => boolean
  /** Closes the database; a second call does nothing. */
  readonly close: () => void
}

/** How long a statement waits for another program that has the file open, say a person's SQLite shell. */
const BUSY_TIMEOUT_MS = 2000

function openFile(path: string): Database.Database {
  let database: Database.Database | undefined
  try {
    database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
    const mode = database.pragma('journal_mode = WAL', { simple: true })
    if (mode !== 'wal') {
      const found = `its file system does not support write-ahead logging (journal mode ${String(mode)})`
      throw new StorageError('unwritable', { path, found, advice: 'give it a path on a local file system' })
    }
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    database.pragma('trusted_schema = OFF')
    database.pragma('journal_size_limit = 67108864')
    // Moving pages from the log to the database stops everything else: seldom, and 16 MiB at a time, costs least.
    database.pragma('wal_autocheckpoint = 4000')
    return database
  } catch (error) {
    database?.close()
    throw toStorageError(error, path)
  }
}

/** Opens or creates the database file at `path`, with every commit synced to disk before it returns. */
export function openConnection(path: string): Connection {
  const database = openFile(path)
  let depth = 0
  let lost: unknown = null

  const run = <T>(work: () => T): T => {
    if (!database.open) {
      throw new StorageError('unwritable', { path, found: 'it is closed', advice: 'nothing can be stored any more' })
    }
    if (lost !== null) throw lost
    try {
      return work()
    } catch (error) {
      const translated = toStorageError(error, path)
      if (depth > 0 && !database.inTransaction) lost = translated
      throw translated
    }
  }

  // Made once: making one costs several times what a savepoint does.
  const inTransaction = database.transaction((work: () => void) => work())

  // The log is written in order: syncing it for one transaction syncs all that went before.
  const lazily = <T>(work: () => T): T => {
    database.pragma('synchronous = NORMAL')
    try {
      return work()
    } finally {
      database.pragma('synchronous = FULL')
    }
  }

  const transaction = <T>(work: () => T, sync: Sync = 'now'): T =>
    sync === 'with-the-next' && depth === 0 ? run(() => lazily(() => transact(work))) : transact(work)

  const transact = <T>(work: () => T): T =>
    run(() => {
      depth += 1
      let result: { readonly value: T } | undefined
      try {
        inTransaction.immediate(() => {
          result = { value: work() }
        })
        if (result === undefined) throw new Error('a transaction ended without its work')
        return result.value
      } catch (error) {
        throw lost ?? error
      } finally {
        depth -= 1
        if (depth === 0) lost = null
      }
    })

  return {
    path,
    query: (sql, decode) => {
      const statement = run(() => database.prepare<[Values], Row>(sql))
      return {
        get: (values = {}) =>
          run(() => {
            const row = statement.get(values)
            return row === undefined ? undefined : decode(row)
          }),
        all: (values = {}) => run(() => statement.all(values).map(decode)),
      }
    },
    command: (sql) => {
      const statement = run(() => database.prepare<[Values]>(sql))
      return (values = {}) => run(() => statement.run(values).changes)
    },
    insertion: (sql) => {
      const statement = run(() => database.prepare<unknown[]>(sql))
      return (...values) => run(() => Number(statement.run(...values).lastInsertRowid))
    },
    script: (sql) => {
      run(() => database.exec(sql))
    },
    transaction,
    isInTransaction: () => database.inTransaction,
    checkpoint: () => {
      try {
        database.pragma('wal_checkpoint(PASSIVE)')
      } catch {
        // Nothing is lost: it stays in the log, and the next commit says what is wrong with the disk.
      }
    },
    isOpen: () => database.open,
    close: () => {
      database.close()
    },
  }
}
