import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openConnection } from '../../../src/store/connection.ts'
import { type Migration, migrate, migrationsFolder, readMigrations } from '../../../src/store/migrate.ts'
import { temporaryFolder } from '../../support/temporary-store.ts'

const first: Migration = { version: 1, name: 'first', sql: 'CREATE TABLE one (a INTEGER) STRICT' }
const second: Migration = { version: 2, name: 'second', sql: 'CREATE TABLE two (a INTEGER) STRICT' }

const tables = (path: string): readonly unknown[] => {
  const connection = openConnection(path)
  const names = connection.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", (row) => row.name)
  const found = names.all()
  connection.close()
  return found
}

describe('migrations', () => {
  it('are applied once each, in order, and recorded with their instant', () => {
    const connection = openConnection(join(temporaryFolder(), 'test.db'))
    expect(migrate(connection, [first], () => 100)).toBe(1)
    expect(migrate(connection, [first, second], () => 200)).toBe(2)
    expect(migrate(connection, [first, second], () => 300)).toBe(2)
    const recorded = connection.query('SELECT * FROM schema_migrations ORDER BY version', (row) => row).all()
    expect(recorded).toEqual([
      { version: 1, name: 'first', applied_at: 100 },
      { version: 2, name: 'second', applied_at: 200 },
    ])
    connection.close()
  })

  it('are undone as a whole when they fail, and keep those before', () => {
    const path = join(temporaryFolder(), 'test.db')
    const connection = openConnection(path)
    const broken = { ...second, sql: `${second.sql}; CREATE TABLE one (a INTEGER)` }
    expect(() => migrate(connection, [first, broken], () => 100)).toThrow(/already exists/)
    connection.close()
    expect(tables(path)).toEqual(['one', 'schema_migrations'])
  })

  it('are refused by name when a number is missing or a name is malformed', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, '001-first.sql'), first.sql)
    writeFileSync(join(folder, '003-third.sql'), second.sql)
    expect(() => readMigrations(folder)).toThrow(/003-third.sql .* should be number 2/)
  })

  it('of the program are found beside it', () => {
    expect(readMigrations(migrationsFolder).map(({ name }) => name)).toEqual(['initial'])
  })
})
