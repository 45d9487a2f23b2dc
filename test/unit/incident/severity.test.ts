import { expect, test } from 'vitest'
import { isMoreCritical } from '../../../src/incident/severity.ts'

test('critical, then warning, then info, then everything else', () => {
  const order = ['critical', 'warning', 'info', 'none'] as const
  for (const [a, higher] of order.entries()) {
    for (const [b, lower] of order.entries()) expect(isMoreCritical(higher, lower)).toBe(a < b)
  }
})

test('words that nobody agreed on are all alike', () => {
  expect(isMoreCritical('page', 'ticket')).toBe(false)
  expect(isMoreCritical('ticket', 'page')).toBe(false)
  expect(isMoreCritical('CRITICAL', 'warning')).toBe(true)
})
