import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../src/store/open-store.ts'
import { StorageError, type StorageErrorCode } from '../../../src/store/storage-error.ts'
import {
  newIncident,
  openMigratedConnection,
  openTemporaryStore,
  temporaryFolder,
} from '../../support/temporary-store.ts'

function refusalOf(path: string): StorageError {
  try {
    openStore({ path }).close()
  } catch (error) {
    if (error instanceof StorageError) return error
    throw error
  }
  throw new Error(`${path} was opened`)
}

function expectRefusal(path: string, code: StorageErrorCode, words: RegExp): void {
  const error = refusalOf(path)
  expect(error.code).toBe(code)
  expect(error.message).toContain(path)
  expect(error.message).toMatch(words)
}

/** Root may write everything: the capability to do so is taken from the process that opens. */
function openWithoutPrivilege(path: string): string {
  const script = [process.execPath, fileURLToPath(new URL('./opening-process.ts', import.meta.url)), path]
  const drop = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search']
  const [file = '', ...rest] = process.getuid?.() === 0 ? [...drop, ...script] : script
  return execFileSync(file, rest, { encoding: 'utf8' })
}

describe('opening the storage', () => {
  it('creates the directory with its parents and keeps what was stored across a reopening', () => {
    const path = join(temporaryFolder(), 'a', 'b')
    const first = openStore({ path })
    first.ledger.openIncident(newIncident('local/shop/web'))
    first.close()
    const second = openTemporaryStore(path)
    expect(second.ledger.activeIncident('local/shop/web')).toMatchObject({ id: 1, state: 'open', reopened: 0 })
  })

  it('syncs every commit: write-ahead log, synchronous FULL, foreign keys enforced', () => {
    const connection = openMigratedConnection()
    const pragma = (name: string) => connection.query(`PRAGMA ${name}`, (row) => row).get()
    expect(pragma('journal_mode')).toEqual({ journal_mode: 'wal' })
    expect(pragma('synchronous')).toEqual({ synchronous: 2 })
    expect(pragma('foreign_keys')).toEqual({ foreign_keys: 1 })
    expect(pragma('busy_timeout')).toEqual({ timeout: 2000 })
  })

  it('refuses a path that is a file', () => {
    const path = join(temporaryFolder(), 'data')
    writeFileSync(path, '')
    expectRefusal(path, 'unwritable', /is a file, not a directory; give --storage.path a directory/)
  })

  it('refuses a path below a file', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    expectRefusal(join(file, 'data'), 'unwritable', /a part of the path is a file/)
  })

  it('refuses a path that cannot be created', () => {
    expectRefusal('/proc/selfheal-data', 'unwritable', /cannot be created|not permitted/)
  })

  it('refuses a database or a directory that may only be read', () => {
    const path = temporaryFolder()
    openStore({ path }).close()
    expect(openWithoutPrivilege(path)).toBe('opened\n')
    chmodSync(join(path, 'selfheal.db'), 0o400)
    expect(openWithoutPrivilege(path)).toMatch(/^unwritable: .*selfheal.db: it may not be written/)
    chmodSync(join(path, 'selfheal.db'), 0o600)
    chmodSync(path, 0o500)
    expect(openWithoutPrivilege(path)).toMatch(/^unwritable: .*it may not be written/)
    chmodSync(path, 0o700)
  })

  it('refuses a directory whose database cannot be opened', () => {
    const path = temporaryFolder()
    mkdirSync(join(path, 'selfheal.db'))
    expectRefusal(path, 'unwritable', /unable to open database file.*permissions/)
  })

  it('refuses a file that is no database, and leaves it as it is', () => {
    const path = temporaryFolder()
    writeFileSync(join(path, 'selfheal.db'), 'not a database, but long enough to have a header'.repeat(100))
    expectRefusal(path, 'corrupt', /file is not a database.*restore it from a backup/)
  })

  it('refuses a database of which a page is damaged', () => {
    const path = temporaryFolder()
    openStore({ path }).close()
    const file = join(path, 'selfheal.db')
    const database = new Database(file, { readonly: true })
    const page = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'episodes'").pluck().get()
    database.close()
    const bytes = readFileSync(file)
    bytes.fill(0xff, (Number(page) - 1) * 4096, Number(page) * 4096)
    writeFileSync(file, bytes)
    expectRefusal(path, 'corrupt', /its check says: .*restore it from a backup/s)
  })

  it('refuses the database of another program', () => {
    const path = temporaryFolder()
    const other = new Database(join(path, 'selfheal.db'))
    other.exec('CREATE TABLE songs (title TEXT)')
    other.close()
    expectRefusal(path, 'corrupt', /another program/)
  })

  it('refuses a schema newer than the program and leaves it untouched', () => {
    const path = temporaryFolder()
    openStore({ path }).close()
    const later = new Database(join(path, 'selfheal.db'))
    later.exec("INSERT INTO schema_migrations VALUES (999, 'from-the-future', 0)")
    later.close()
    expectRefusal(path, 'newer-schema', /version 999, and this program knows only up to 1; start the later version/)
  })

  it('refuses a second opening of the same path, and allows it once the first is closed', () => {
    const path = temporaryFolder()
    const first = openTemporaryStore(path)
    expectRefusal(path, 'locked', /another process holds its lock; stop the other selfheal/)
    first.close()
    openTemporaryStore(path)
  })

  it('gives the path free again after a refusal', () => {
    const path = temporaryFolder()
    mkdirSync(join(path, 'selfheal.db'))
    refusalOf(path)
    expect(refusalOf(path).code).toBe('unwritable')
  })
})

describe('a storage that is open', () => {
  it('says that it is writable until it is closed, and leaves no trace of having tried', () => {
    let at = 0
    const path = temporaryFolder()
    const store = openTemporaryStore(path, () => at)
    for (at = 0; at < 20_000; at += 1000) expect(store.isWritable()).toBe(true)
    store.close()
    expect(store.isWritable()).toBe(false)
    const database = new Database(join(path, 'selfheal.db'), { readonly: true })
    expect(database.prepare('SELECT count(*) AS n FROM writable_probe').get()).toEqual({ n: 0 })
    database.close()
  })

  it('can be read by other programs meanwhile', () => {
    const path = temporaryFolder()
    openTemporaryStore(path).ledger.openIncident(newIncident('local/shop/web'))
    const reader = new Database(join(path, 'selfheal.db'), { readonly: true })
    expect(reader.prepare('SELECT target FROM incidents').all()).toEqual([{ target: 'local/shop/web' }])
    reader.close()
  })

  it('leaves nothing but the database and the empty lock file behind', () => {
    const path = temporaryFolder()
    openStore({ path }).close()
    expect(readdirSync(path).sort()).toEqual(['selfheal.db', 'selfheal.lock'])
  })

  it('answers every call with a storage error once it is closed', () => {
    const store = openTemporaryStore()
    store.close()
    store.close()
    expect(() => store.ledger.activeIncidents()).toThrow(expect.objectContaining({ code: 'unwritable' }))
    expect(() => store.ledger.transaction(() => 1)).toThrow(expect.objectContaining({ code: 'unwritable' }))
  })
})
