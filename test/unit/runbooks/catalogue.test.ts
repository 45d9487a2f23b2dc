import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatRunbookFault } from '../../../src/runbook/fault.ts'
import { loadRunbooks } from '../../../src/runbook/host.ts'

const folder = join(import.meta.dirname, '../../../runbooks')

describe('the shipped runbooks', () => {
  test('load without a fault, every one of them, and say what a person needs to read', async () => {
    const host = await loadRunbooks({ folders: [folder], deadlineMs: 10_000 })
    await host.stop()
    expect(host.faults.map(formatRunbookFault)).toEqual([])
    const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
    expect(host.list().map(({ name }) => `${name}.ts`)).toEqual(files)
    for (const { summary, meaning, impact, mitigation } of host.list())
      for (const text of [summary, meaning, impact, mitigation]) expect(text.length).toBeGreaterThan(20)
  })

  test('are limited to three attempts an hour and seven a day', async () => {
    const host = await loadRunbooks({ folders: [folder], deadlineMs: 10_000 })
    await host.stop()
    expect(host.list()).not.toEqual([])
    for (const { budgets, cooldownMs } of host.list()) {
      expect(budgets).toEqual(['3/1h', '7/24h'])
      expect(cooldownMs).toBe(120_000)
    }
  })
})
