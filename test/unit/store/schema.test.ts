import { describe, expect, it } from 'vitest'
import { deadLetterKinds } from '../../../src/alert/dead-letter.ts'
import { episodeStates } from '../../../src/alert/episode.ts'
import { attemptStates, incidentStates, modes, outcomes, proofResults } from '../../../src/incident/record.ts'
import { readText } from '../../../src/store/row.ts'
import { openMigratedConnection } from '../../support/temporary-store.ts'

function dumpSchema(): readonly string[] {
  return openMigratedConnection()
    .query(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
      (row) => `${readText(row, 'sql')};`,
    )
    .all()
}

function closedList(table: string, column: string): readonly string[] {
  const definition = dumpSchema().find((sql) => sql.startsWith(`CREATE TABLE ${table} (`)) ?? ''
  const list = new RegExp(`CHECK \\(${column} IN \\(([^)]*)\\)`).exec(definition)?.[1] ?? ''
  return list.split(',').map((word) => word.trim().replaceAll("'", ''))
}

describe('the schema', () => {
  it('is what the migrations lead to, as it was last reviewed', async () => {
    await expect(`${dumpSchema().join('\n\n')}\n`).toMatchFileSnapshot('schema.sql')
  })

  it('has strict tables only', () => {
    const definitions = dumpSchema().filter((sql) => sql.startsWith('CREATE TABLE'))
    expect(definitions.length).toBeGreaterThan(8)
    expect(definitions.filter((sql) => !sql.endsWith(') STRICT;'))).toEqual([])
  })

  it.each([
    ['episodes', 'state', episodeStates],
    ['incidents', 'state', incidentStates],
    ['incidents', 'outcome', outcomes],
    ['incidents', 'mode', modes],
    ['attempts', 'state', attemptStates],
    ['attempts', 'proof', ['pending', ...proofResults]],
    ['deliveries', 'status', ['firing', 'resolved']],
    ['dead_letters', 'kind', deadLetterKinds],
  ] as const)('closes %s.%s with exactly the words of the program', (table, column, words) => {
    expect(closedList(table, column)).toEqual(words)
  })

  it('refuses a word that no list has', () => {
    const connection = openMigratedConnection()
    const insert = connection.command(`
      INSERT INTO incidents (target, runbook, mode, severity, state, opened_at, updated_at, notification, labels, annotations)
      VALUES ('local/shop/web', 'x', 'auto', 'critical', :state, 1, 1, 1, '{}', '{}')`)
    expect(() => insert({ state: 'sleeping' })).toThrow(/CHECK constraint failed/)
    expect(insert({ state: 'open' })).toBe(1)
  })

  it.each([
    ['attempts of a target', "SELECT * FROM attempts WHERE target = 'a' AND reserved_at > 1", 'attempts_by_target'],
    ['ended incidents', "SELECT * FROM incidents WHERE target = 'a' AND state = 'ended'", 'incidents_by_target'],
    ['the active incident', "SELECT * FROM incidents WHERE target = 'a' AND state <> 'ended'", 'incidents_'],
    ['waiting notifications', 'SELECT id FROM notifications WHERE applied = 0 ORDER BY id', 'notifications_pending'],
    ['due deliveries', 'SELECT * FROM deliveries WHERE due_at IS NOT NULL AND due_at <= 1', 'deliveries_due'],
  ])('finds %s by an index', (_, sql, index) => {
    const plan = openMigratedConnection()
      .query(`EXPLAIN QUERY PLAN ${sql}`, (row) => readText(row, 'detail'))
      .all()
    expect(plan.join()).toContain(index)
  })
})
