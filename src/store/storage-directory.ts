/** The directory that the storage lives in. */
import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { StorageError } from './storage-error.ts'

const findings: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file, not a directory',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EACCES: 'creating it is not permitted',
  EPERM: 'creating it is not permitted',
  EROFS: 'its file system is read-only',
  ENOSPC: 'there is no room left on its disk',
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** A new directory survives a power failure only once the directory that names it is synced. */
function syncAncestors(path: string, firstCreated: string): void {
  const last = dirname(firstCreated)
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    if (folder === last || folder === dirname(folder)) return
  }
}

/**
 * Creates the directory `path`, readable for its owner only, with its parents; one that exists is left as it is.
 * Returns the absolute path; throws `StorageError` `unwritable` when it cannot be had.
 */
export function ensureDirectory(path: string): string {
  const absolute = resolve(path)
  try {
    const firstCreated = mkdirSync(absolute, { recursive: true, mode: 0o700 })
    if (firstCreated !== undefined) syncAncestors(absolute, firstCreated)
    return absolute
  } catch (error) {
    const code = codeOf(error)
    const found = findings[code] ?? `it cannot be created (${code || String(error)})`
    const advice = 'give --storage.path a directory that selfheal may create or write'
    throw new StorageError('unwritable', { path: absolute, found, advice }, error)
  }
}
