import { describe, expect, it } from 'vitest'
import { commitGroup } from '../../../src/store/commit-group.ts'
import { countCommits, openMigratedConnection, temporaryFolder } from '../../support/temporary-store.ts'

const PAGE_BYTES = 4096

function openTable() {
  const folder = temporaryFolder()
  const connection = openMigratedConnection(folder)
  connection.script('CREATE TABLE numbers (n INTEGER NOT NULL UNIQUE, filler BLOB NOT NULL) STRICT')
  const insert = connection.command('INSERT INTO numbers (n, filler) VALUES (:n, :filler)')
  const stored = connection.query('SELECT n FROM numbers ORDER BY n', (row) => row.n)
  const pages = Number(connection.query('PRAGMA page_count', (row) => row.page_count).get())
  return {
    connection,
    add: (n: number, bytes = 0) => {
      insert({ n, filler: Buffer.alloc(bytes) })
      return n
    },
    stored: () => stored.all(),
    commits: () => countCommits(folder),
    limitPages: (more: number) => connection.query(`PRAGMA max_page_count = ${pages + more}`, (row) => row).get(),
  }
}

describe('a group of works', () => {
  it('is one commit, with the answer of each work in order', () => {
    const { connection, add, commits, stored } = openTable()
    const before = commits()
    const outcomes = commitGroup(
      connection,
      [3, 1, 2].map((n) => () => add(n)),
    )
    expect(outcomes).toEqual([3, 1, 2].map((value) => ({ kind: 'committed', value })))
    expect(stored()).toEqual([1, 2, 3])
    expect(commits() - before).toBe(1)
    expect(commitGroup(connection, [])).toEqual([])
  })

  it('undoes everything that a failing work did, and nothing else', () => {
    const { connection, add, stored } = openTable()
    const twice = () => {
      add(7)
      return add(1)
    }
    const outcomes = commitGroup(connection, [() => add(1), twice, () => add(2)])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['committed', 'failed', 'committed'])
    expect(stored()).toEqual([1, 2])
  })

  it('keeps what fits when the disk is full and SQLite gives up the whole transaction', () => {
    const { connection, add, limitPages, stored } = openTable()
    limitPages(3)
    const sizes = [0, 20 * PAGE_BYTES, 0, 20 * PAGE_BYTES, 20 * PAGE_BYTES, 0]
    const outcomes = commitGroup(
      connection,
      sizes.map((bytes, n) => () => add(n, bytes)),
    )
    expect(outcomes.map(({ kind }) => kind)).toEqual([
      'committed',
      'failed',
      'committed',
      'failed',
      'failed',
      'committed',
    ])
    expect(outcomes[1]).toMatchObject({ error: { code: 'full' } })
    expect(stored()).toEqual([0, 2, 5])
  })

  it('fails as a whole when the transaction cannot begin', () => {
    const { connection, add } = openTable()
    connection.close()
    const outcomes = commitGroup(connection, [() => add(1), () => add(2)])
    expect(outcomes).toMatchObject([
      { kind: 'failed', error: { code: 'unwritable' } },
      { kind: 'failed', error: { code: 'unwritable' } },
    ])
  })

  it('fails as a whole when the commit itself fails', () => {
    const { connection, add, stored } = openTable()
    connection.script(`
      CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
      CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED) STRICT`)
    const orphan = connection.command('INSERT INTO children (parent) VALUES (1)')
    const outcomes = commitGroup(connection, [() => add(1), () => orphan()])
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed'])
    expect(stored()).toEqual([])
  })
})
