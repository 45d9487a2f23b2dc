/** The one error that the storage throws, with words for the person who has to do something about it. */
import Database from 'better-sqlite3'

/**
 * Closed list of what goes wrong with the storage.
 *
 * - unwritable:   it cannot be created, opened or written, or it is closed
 * - full:         there is no room left; the same call may succeed later
 * - locked:       another process holds it
 * - newer-schema: a later version of the program has written it
 * - corrupt:      it holds what this program did not write
 */
export const storageErrorCodes = ['unwritable', 'full', 'locked', 'newer-schema', 'corrupt'] as const

/** One of `storageErrorCodes`. */
export type StorageErrorCode = (typeof storageErrorCodes)[number]

/** What is wrong: the path, what was found there, and what to do. */
export type StorageFault = { readonly path: string; readonly found: string; readonly advice: string }

/** Thrown by the storage when the path, the file or the disk is at fault; carries the original error as `cause`. */
export class StorageError extends Error {
  readonly code: StorageErrorCode
  readonly path: string

  constructor(code: StorageErrorCode, fault: StorageFault, cause?: unknown) {
    super(`storage ${fault.path}: ${fault.found}; ${fault.advice}`, cause === undefined ? undefined : { cause })
    this.name = 'StorageError'
    this.code = code
    this.path = fault.path
  }
}

/** A stored value that this program cannot have written; becomes a `corrupt` storage error once the path is known. */
export class MalformedValue extends Error {
  constructor(column: string, found: string) {
    super(`column ${column} holds ${found}`)
    this.name = 'MalformedValue'
  }
}

const restore = 'restore it from a backup, or move it away to start with an empty storage'

/**
 * Turns what SQLite or a decoder threw into a `StorageError` where the disk, the file or its content is at fault, and
 * returns everything else (violated constraints, mistakes in the program, errors of the caller) unchanged.
 */
export function toStorageError(error: unknown, path: string): unknown {
  if (error instanceof MalformedValue) {
    const advice = 'start the version of the program that wrote it, or restore it from a backup'
    return new StorageError('corrupt', { path, found: error.message, advice }, error)
  }
  if (!(error instanceof Database.SqliteError)) return error
  const found = `${error.message} (${error.code})`
  const is = (code: string) => error.code === code || error.code.startsWith(`${code}_`)
  if (is('SQLITE_FULL')) return new StorageError('full', { path, found, advice: 'make room on its disk' }, error)
  if (is('SQLITE_CORRUPT') || is('SQLITE_NOTADB'))
    return new StorageError('corrupt', { path, found, advice: restore }, error)
  if (is('SQLITE_BUSY') || is('SQLITE_LOCKED'))
    return new StorageError('locked', { path, found, advice: 'stop the program that holds it' }, error)
  if (['SQLITE_IOERR', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM', 'SQLITE_NOLFS'].some(is))
    return new StorageError(
      'unwritable',
      { path, found, advice: 'check the disk, the mount and its permissions' },
      error,
    )
  return error
}
