/**
 * Queries to Prometheus, over its HTTP API.
 *
 * An instant query stamps every value with the time of the evaluation, however old the samples behind it are: for a
 * selector Prometheus looks back up to five minutes. A proof needs to know the age, so it is asked for separately:
 *
 * - `up{job="web"}` alone: `timestamp()` of it tells the time of each series' newest sample
 * - selectors within an expression: the oldest of all their newest samples stands for the whole result
 * - ranges alone, `rate(x[2m])`: the evaluation's time; what lies in the range is the author's `window`
 * - everything read with `offset` or `@`: only what is read without them counts; nothing such: as old as can be
 *
 * So a value is never said to be fresher than it is known to be.
 */
import type { Endpoint } from '../config/settings.ts'
import { exchange, type HttpSystem, refusedBy } from '../lib/http-exchange.ts'
import type { MetricsPort, Sample } from '../remediation/ports.ts'
import { readRefusal, readSamples } from './answer.ts'
import { findSelectors } from './selectors.ts'

/** Prometheus as the engine and the status page need it. */
export type Prometheus = MetricsPort & {
  /** Resolves when Prometheus evaluates a query with our credentials; throws `AdapterError` else. */
  readonly ping: (signal: AbortSignal) => Promise<void>
}

const longestAnswer = 1024 * 1024

type Query = (expr: string, at: number, signal: AbortSignal) => Promise<readonly Sample[]>

/** Queries the Prometheus at an endpoint. `fetch` replaces the global one. */
export function createPrometheus(
  endpoint: Endpoint,
  options: { readonly fetch?: typeof globalThis.fetch } = {},
): Prometheus {
  const system: HttpSystem = { system: 'prometheus', maxBytes: longestAnswer, ...endpoint, ...options }
  const query: Query = async (expr, at, signal) => {
    const body = new URLSearchParams({
      query: expr,
      time: (at / 1000).toFixed(3),
      timeout: `${endpoint.timeoutMs}ms`,
    }).toString()
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const answer = await exchange(system, { method: 'POST', path: '/api/v1/query', headers, body }, signal)
    if (answer.status !== 200) throw refusedBy(system, answer.status, readRefusal(answer.text))
    return readSamples(answer.text)
  }
  return {
    evaluate: async (expr, at, signal) => {
      const date = await findDates({ expr, at, signal, query }).catch(async (error: unknown) => {
        // A fault of the expression itself is told by its own query, with positions that fit what the author wrote.
        await query(expr, at, signal)
        throw error
      })
      const samples = await query(expr, at, signal)
      return samples.map((sample) => ({ ...sample, at: date(sample) }))
    },
    ping: async (signal) => {
      await query('1', Date.now(), signal)
    },
  }
}

type Asked = {
  readonly expr: string
  readonly at: number
  readonly signal: AbortSignal
  readonly query: Query
}

/**
 * How to date the samples that the expression yields. Asked before the values are: a sample that arrives in between may
 * then make a value newer than it is said to be, never older.
 */
async function findDates(asked: Asked): Promise<(sample: Sample) => number> {
  const { isPlain, instant, isPast } = findSelectors(asked.expr)
  if (isPlain) {
    const stamps = await asked.query(`timestamp(${instant.join()})`, asked.at, asked.signal)
    const byLabels = new Map(stamps.map((stamp) => [identify(stamp.labels), Math.round(stamp.value * 1000)]))
    return (sample) => byLabels.get(identify(sample.labels)) ?? 0
  }
  if (isPast) return () => 0
  const oldest = await Promise.all(instant.map((selector) => findOldest(selector, asked)))
  const at = Math.min(asked.at, ...oldest)
  return () => at
}

/** Time of the oldest of the newest samples; a selector that finds nothing has no part in the result. */
async function findOldest(selector: string, { at, signal, query }: Asked): Promise<number> {
  const [oldest] = await query(`min(timestamp(${selector}))`, at, signal)
  return oldest === undefined ? at : Math.round(oldest.value * 1000)
}

/** `timestamp()` drops the name of the metric, so that it has no part in the comparison. */
function identify(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([name]) => name !== '__name__')
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : 1)))
}
