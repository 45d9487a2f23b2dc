import { expect, test } from 'vitest'
import { type Comparison, type QueryOptions, query } from '../../../src/authoring/index.ts'
import { evaluateQuery, settlePoint } from '../../../src/remediation/checks/query.ts'
import type { Sample } from '../../../src/remediation/ports.ts'
import { SimulatedMetrics, sample } from '../../support/simulated-metrics.ts'

const now = 1_000_000

const evaluate = async (
  answer: readonly Sample[] | 'error',
  changes: Partial<QueryOptions> = {},
  context: Partial<Parameters<typeof evaluateQuery>[1]> = {},
) => {
  const metrics = new SimulatedMetrics()
  metrics.answer = () => answer
  const check = query({ expr: 'x', is: '<', than: 5, window: '1m', ...changes })
  const { signal } = new AbortController()
  return evaluateQuery(check, {
    metrics,
    labels: {},
    now,
    settledFrom: Number.NEGATIVE_INFINITY,
    waitMs: 0,
    signal,
    ...context,
  })
}

const values = (...numbers: number[]): readonly Sample[] => numbers.map((value) => sample(value, now))

test.each<[Comparison, number, number, boolean]>([
  ['<', 4, 5, true],
  ['<', 5, 5, false],
  ['<=', 5, 5, true],
  ['<=', 6, 5, false],
  ['>', 6, 5, true],
  ['>', 5, 5, false],
  ['>=', 5, 5, true],
  ['>=', 4, 5, false],
  ['==', 5, 5, true],
  ['==', 4, 5, false],
  ['!=', 4, 5, true],
  ['!=', 5, 5, false],
])('the comparison %s of %d with %d is %s', async (is, value, than, expected) => {
  const { result } = await evaluate(values(value), { is, than })
  expect(result).toBe(expected ? 'recovered' : 'not_recovered')
})

test('of several series all must hold, unless any is enough', async () => {
  expect((await evaluate(values(1, 9))).result).toBe('not_recovered')
  expect((await evaluate(values(1, 2))).result).toBe('recovered')
  expect((await evaluate(values(1, 9), { any: true })).result).toBe('recovered')
  expect((await evaluate(values(8, 9), { any: true })).result).toBe('not_recovered')
})

test.each<[string, readonly Sample[] | 'error']>([
  ['no data', []],
  ['NaN', values(Number.NaN)],
  ['infinity', values(Number.POSITIVE_INFINITY)],
  ['minus infinity, although it is less', values(Number.NEGATIVE_INFINITY)],
  ['NaN among good values', values(1, Number.NaN)],
  ['an error', 'error'],
])('%s is unknown, with any as well', async (_, answer) => {
  expect((await evaluate(answer)).result).toBe('unknown')
  expect((await evaluate(answer, { any: true })).result).toBe('unknown')
  expect((await evaluate(answer, { is: '!=' })).result).toBe('unknown')
})

test('without a Prometheus, and without the label that it needs, a query is unknown', async () => {
  expect((await evaluate(values(1), {}, { metrics: null })).result).toBe('unknown')
  const { result, detail } = await evaluate(values(1), { expr: 'x{a="$service"}' })
  expect([result, detail]).toEqual(['unknown', 'the expression uses $service, and the alert has no label service'])
})

test('one stale sample among new ones is unknown', async () => {
  const settledFrom = now - 10
  const answer = [sample(1, now), sample(1, settledFrom - 1)]
  expect((await evaluate(answer, {}, { settledFrom })).result).toBe('unknown')
  expect((await evaluate([sample(1, settledFrom)], {}, { settledFrom })).result).toBe('recovered')
})

test('before the settle point Prometheus is not even asked', async () => {
  const metrics = new SimulatedMetrics()
  const { result } = await evaluate(values(1), {}, { metrics, settledFrom: now + 1, waitMs: 1 })
  expect(result).toBe('unknown')
  expect(metrics.asked).toEqual([])
})

test('the settle point is the act, the window and one scrape later', () => {
  expect(settlePoint(query({ expr: 'x', is: '<', than: 1, window: '2m' }), 1_000, 15_000)).toBe(136_000)
})
