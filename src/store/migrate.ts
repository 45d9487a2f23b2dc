/** Numbered migrations: each is applied once, in its own transaction, and recorded in `schema_migrations`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from './connection.ts'
import { readInteger } from './row.ts'
import { StorageError } from './storage-error.ts'

/** One file `NNN-name.sql`. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string }

/** The folder of the migrations that belong to this program. */
export const migrationsFolder: string = join(import.meta.dirname, 'migrations')

/** Reads the migrations of a folder in the order of their numbers; throws when the numbers are not 1, 2, 3 and so on. */
export function readMigrations(folder: string): readonly Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  return files.map((file, index) => {
    const match = /^(\d{3})-([a-z0-9-]+)\.sql$/.exec(file)
    if (match === null || Number(match[1]) !== index + 1)
      throw new Error(`migration ${file} in ${folder} should be number ${index + 1}, as NNN-name.sql`)
    return { version: index + 1, name: match[2] ?? '', sql: readFileSync(join(folder, file), 'utf8') }
  })
}

const recordTable = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version    INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`

function refuseForeign(connection: Connection): void {
  const count = (condition: string): number =>
    connection
      .query(`SELECT count(*) AS n FROM sqlite_schema WHERE ${condition}`, (row) => readInteger(row, 'n'))
      .get() ?? 0
  if (count("type = 'table'") === 0 || count("name = 'schema_migrations'") > 0) return
  throw new StorageError('corrupt', {
    path: connection.path,
    found: 'it is a SQLite database of another program',
    advice: 'move it away, or give --storage.path another directory',
  })
}

/**
 * Brings the schema to the last of `migrations` and returns the version that it has then. A migration that fails is
 * undone as a whole, and what it threw is thrown. A database with a higher version is refused (`newer-schema`) and left
 * untouched.
 */
export function migrate(connection: Connection, migrations: readonly Migration[], now: () => number): number {
  refuseForeign(connection)
  connection.script(recordTable)
  const latest = connection.query('SELECT coalesce(max(version), 0) AS version FROM schema_migrations', (row) =>
    readInteger(row, 'version'),
  )
  const record = connection.command(
    'INSERT INTO schema_migrations (version, name, applied_at) VALUES (:version, :name, :appliedAt)',
  )
  const current = latest.get() ?? 0
  if (current > migrations.length) {
    throw new StorageError('newer-schema', {
      path: connection.path,
      found: `its schema has version ${current}, and this program knows only up to ${migrations.length}`,
      advice: 'start the later version of selfheal that wrote it',
    })
  }
  for (const { version, name, sql } of migrations.slice(current)) {
    connection.transaction(() => {
      connection.script(sql)
      record({ version, name, appliedAt: now() })
    })
  }
  return migrations.length
}
