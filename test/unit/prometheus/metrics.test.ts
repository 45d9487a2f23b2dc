import { describe, expect, it } from 'vitest'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import { createPrometheus } from '../../../src/prometheus/metrics.ts'

const at = 1_700_000_000_000
const endpoint = { url: 'http://prometheus:9090/base', credentials: { kind: 'none' }, timeoutMs: 2000 } as const
const signal = new AbortController().signal

type Reply = { readonly status?: number; readonly body: unknown; readonly type?: string }

/** Answers by the query that is asked; what is not listed answers an empty vector. */
const prometheusThat = (replies: Readonly<Record<string, Reply>>) => {
  const asked: {
    readonly url: string
    readonly query: string
    readonly time: string | null
    readonly method: string
  }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const form = new URLSearchParams(String(init?.body))
    const query = form.get('query') ?? ''
    asked.push({ url: String(input), query, time: form.get('time'), method: init?.method ?? '' })
    const { status = 200, body } = replies[query] ?? vector()
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }
  return { asked, prometheus: createPrometheus(endpoint, { fetch }) }
}

const vector = (...series: readonly [Readonly<Record<string, string>>, string][]): Reply => ({
  body: {
    status: 'success',
    data: { resultType: 'vector', result: series.map(([metric, value]) => ({ metric, value: [at / 1000, value] })) },
  },
})

const evaluate = (expr: string, replies: Readonly<Record<string, Reply>>) =>
  prometheusThat(replies).prometheus.evaluate(expr, at, signal)

describe('a query', () => {
  it('is posted as a form, for one instant', async () => {
    const { asked, prometheus } = prometheusThat({})
    expect(await prometheus.evaluate('vector(1)', at + 5, signal)).toEqual([])
    expect(asked).toEqual([
      { url: 'http://prometheus:9090/base/api/v1/query', query: 'vector(1)', time: '1700000000.005', method: 'POST' },
    ])
  })

  it('of one selector is dated by the newest sample of each series', async () => {
    const series = (instance: string) => ({ __name__: 'up', instance })
    const samples = await evaluate('up', {
      up: vector([series('a'), '1'], [series('b'), '0'], [series('c'), '1']),
      'timestamp(up)': vector([{ instance: 'b' }, '1699999990.5'], [{ instance: 'a' }, '1699999999']),
    })
    expect(samples.map((sample) => [sample.labels.instance, sample.value, sample.at])).toEqual([
      ['a', 1, at - 1000],
      ['b', 0, at - 9500],
      // Nothing is known of it: as old as can be.
      ['c', 1, 0],
    ])
  })

  it('of several selectors is dated by the oldest of what they find', async () => {
    const samples = await evaluate('a / b', {
      'a / b': vector([{}, '2']),
      'min(timestamp(a))': vector([{}, '1699999999']),
      'min(timestamp(b))': vector([{}, '1699999700']),
    })
    expect(samples).toMatchObject([{ value: 2, at: at - 300_000 }])
  })

  it('of ranges is dated by its evaluation, never later', async () => {
    expect(await evaluate('rate(a[1m])', { 'rate(a[1m])': vector([{}, '2']) })).toMatchObject([{ at }])
    const future = { 'a + 1': vector([{}, '2']), 'min(timestamp(a))': vector([{}, '1800000000']) }
    expect(await evaluate('a + 1', future)).toMatchObject([{ at }])
  })

  it('of the past is as old as can be', async () => {
    expect(await evaluate('a offset 1h', { 'a offset 1h': vector([{}, '2']) })).toMatchObject([{ at: 0 }])
  })

  it('asks for the age before it asks for the value', async () => {
    const { asked, prometheus } = prometheusThat({})
    await prometheus.evaluate('up', at, signal)
    expect(asked.map(({ query }) => query)).toEqual(['timestamp(up)', 'up'])
  })

  it('may be a scalar, infinite or no number', async () => {
    const scalar = { status: 'success', data: { resultType: 'scalar', result: [at / 1000, '7'] } }
    expect(await evaluate('7', { '7': { body: scalar } })).toEqual([{ labels: {}, value: 7, at }])
    const odd = vector([{ a: '1' }, '+Inf'], [{ a: '2' }, '-Inf'], [{ a: '3' }, 'NaN'], [{ a: '4' }, '1e-3'])
    const values = (await evaluate('rate(a[1m])', { 'rate(a[1m])': odd })).map(({ value }) => value)
    expect(values).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0.001])
  })

  it('may have labels that are named like parts of objects', async () => {
    const body = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__proto__":"x"},"value":[1,"1"]}]}}`
    const [sample] = await evaluate('rate(a[1m])', { 'rate(a[1m])': { body } })
    expect(Object.entries(sample?.labels ?? {})).toEqual([['__proto__', 'x']])
  })
})

describe('an answer', () => {
  const failure = (status: number, errorType: string, error: string): Reply => ({
    status,
    body: { status: 'error', errorType, error },
  })

  it.each<[string, Reply, string, string]>([
    ['400', failure(400, 'bad_data', 'parse error'), 'refused', 'bad_data: parse error'],
    ['422', failure(422, 'execution', 'many-to-many'), 'refused', 'execution: many-to-many'],
    ['503', failure(503, 'timeout', 'query timed out'), 'unreachable', 'timeout: query timed out'],
    ['401 in HTML', { status: 401, body: '<html>' }, 'refused', '401 (Unauthorized)'],
    ['404', { status: 404, body: 'not found' }, 'not-found', '404 (Not Found)'],
    ['a redirect', { status: 302, body: '' }, 'bad-answer', 'redirect'],
    ['HTML', { body: '<html>' }, 'bad-answer', 'JSON'],
    ['another JSON', { body: { status: 'success' } }, 'bad-answer', 'vector'],
    ['a matrix', { body: { status: 'success', data: { resultType: 'matrix', result: [] } } }, 'bad-answer', 'vector'],
    ['a value that is no number', vector([{}, 'seven']), 'bad-answer', 'no number'],
    ['an empty value', vector([{}, '']), 'bad-answer', 'no number'],
    [
      'a warning',
      { body: { status: 'success', warnings: ['a store is away'], data: { resultType: 'vector', result: [] } } },
      'bad-answer',
      'a store is away',
    ],
    [
      'too many series',
      vector(...Array.from({ length: 1001 }, (_, n) => [{ n: `${n}` }, '1'] as [{ n: string }, string])),
      'bad-answer',
      '1001 series',
    ],
    ['too much', { body: 'x'.repeat(1024 * 1024 + 1) }, 'bad-answer', 'more than'],
  ])('that is %s is a fault', async (_, reply, code, told) => {
    const error = await evaluate('vector(1)', { 'vector(1)': reply }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AdapterError)
    expect(error).toMatchObject({ system: 'prometheus', code, message: expect.stringContaining(told) })
  })

  it('may carry remarks that say nothing of missing data', async () => {
    const body = {
      status: 'success',
      infos: ['metric might not be a counter'],
      data: { resultType: 'vector', result: [] },
    }
    expect(await evaluate('vector(1)', { 'vector(1)': { body } })).toEqual([])
  })

  it('that the age cannot be had leaves the value unknown', async () => {
    const replies = { up: vector([{}, '1']), 'timestamp(up)': failure(422, 'execution', 'same labelset') }
    await expect(evaluate('up', replies)).rejects.toThrow('same labelset')
  })

  it('tells a fault of the expression by the expression itself', async () => {
    const replies = { '}': failure(400, 'bad_data', '1:1: own'), 'timestamp(})': failure(400, 'bad_data', '1:11') }
    await expect(evaluate('}', replies)).rejects.toThrow('1:1: own')
  })

  it('to a ping is enough when it is an evaluation', async () => {
    const scalar = { body: { status: 'success', data: { resultType: 'scalar', result: [1, '1'] } } }
    await expect(prometheusThat({ '1': scalar }).prometheus.ping(signal)).resolves.toBeUndefined()
    await expect(prometheusThat({ '1': { body: '<html>' } }).prometheus.ping(signal)).rejects.toThrow(AdapterError)
  })
})
