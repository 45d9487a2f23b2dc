import { describe, expect, it } from 'vitest'
import { openMigratedConnection } from '../../support/temporary-store.ts'

const full = 2
const normal = 1

const open = () => {
  const connection = openMigratedConnection()
  // Prepared anew each time: SQLite puts the answer into the prepared statement.
  const level = () => connection.query('PRAGMA synchronous', (row) => Number(row.synchronous)).get()
  return { connection, level }
}

describe('a transaction', () => {
  it('is synced to the disk before it returns', () => {
    const { connection, level } = open()
    expect(connection.transaction(level)).toBe(full)
    expect(connection.transaction(() => connection.transaction(level, 'with-the-next'))).toBe(full)
  })

  it('that is done again when it is lost is synced with the next one, which is synced as ever', () => {
    const { connection, level } = open()
    expect(connection.transaction(level, 'with-the-next')).toBe(normal)
    expect(connection.transaction(level)).toBe(full)
    const fail = (): never => {
      throw new Error('in the middle')
    }
    expect(() => connection.transaction(fail, 'with-the-next')).toThrow('in the middle')
    expect(connection.transaction(level)).toBe(full)
  })
})
