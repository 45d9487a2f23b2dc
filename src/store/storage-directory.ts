/** The directory that the storage lives in. */
import { accessSync, closeSync, constants, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { StorageError } from './storage-error.ts'

const findings: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file, not a directory',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'its file system is read-only',
  ENOSPC: 'there is no room left on its disk',
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const look = (path: string) => statSync(path, { throwIfNoEntry: false })

/** A new entry survives a power failure only once the directory that holds it is synced. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

// Not the `recursive` option of mkdir: it never returns below a directory such as /proc, which denies with "not found".
function createMissing(path: string): void {
  if (look(path)?.isDirectory()) return
  const parent = dirname(path)
  if (look(parent) === undefined) createMissing(parent)
  mkdirSync(path, { mode: 0o700 })
  syncDirectory(parent)
}

// SQLite opens what it may not write for reading only, without a word, and takes no lock on it.
function refuseReadOnly(folder: string, files: readonly string[]): void {
  for (const path of [folder, ...files.map((file) => join(folder, file)).filter((file) => existsSync(file))])
    accessSync(path, constants.R_OK | constants.W_OK)
}

/**
 * Creates the directory `path`, accessible for its owner only, with its parents; one that exists is left as it is.
 * Makes sure that it may be written, and those of `files` in it that exist. Returns the absolute path; throws
 * `StorageError` `unwritable` when it cannot be had.
 */
export function ensureDirectory(path: string, files: readonly string[]): string {
  const absolute = resolve(path)
  try {
    createMissing(absolute)
    refuseReadOnly(absolute, files)
    return absolute
  } catch (error) {
    const code = codeOf(error)
    const at = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : absolute
    const found = findings[code] ?? `it cannot be created (${code || String(error)})`
    const advice = 'give --storage.path a directory that selfheal may create and write'
    throw new StorageError('unwritable', { path: at, found, advice }, error)
  }
}
