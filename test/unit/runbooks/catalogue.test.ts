import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatRunbookFault } from '../../../src/runbook/fault.ts'
import { loadRunbooks } from '../../../src/runbook/host.ts'

const folder = join(import.meta.dirname, '../../../runbooks')

test('every shipped runbook loads, is limited, and says what a person needs to read', async () => {
  const host = await loadRunbooks({ folders: [folder], deadlineMs: 10_000 })
  await host.stop()
  expect(host.faults.map(formatRunbookFault)).toEqual([])
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThanOrEqual(2)
  expect(host.list().map(({ name }) => `${name}.ts`)).toEqual(files)
  for (const { budgets, cooldownMs, summary, meaning, impact, mitigation } of host.list()) {
    expect([budgets, cooldownMs]).toEqual([['3/1h', '7/24h'], 120_000])
    for (const text of [summary, meaning, impact, mitigation]) expect(text.length).toBeGreaterThan(20)
  }
})
