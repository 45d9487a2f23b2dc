import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AdapterError } from '../../src/lib/adapter-error.ts'
import { createPrometheus } from '../../src/prometheus/metrics.ts'
import { eventually } from '../support/real/eventually.ts'
import { type StartedServer, startPrometheus } from '../support/real/prometheus.ts'

const ages = ['oldest', 'newest'] as const
const signal = new AbortController().signal

/** A target whose metrics the test chooses. */
const startExporter = async () => {
  let text = ''
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    place: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    expose: (...lines: readonly string[]) => {
      text = lines.map((line) => `${line}\n`).join('')
    },
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

describe.each(ages)('the %s Prometheus', (version) => {
  let exporter: Awaited<ReturnType<typeof startExporter>>
  let server: StartedServer

  beforeAll(async () => {
    exporter = await startExporter()
    server = await startPrometheus({
      version,
      config: {
        global: { scrape_interval: '1s', scrape_timeout: '1s' },
        scrape_configs: [{ job_name: 'shop', static_configs: [{ targets: [exporter.place] }] }],
      },
    })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    exporter.stop()
  })

  const prometheus = () => createPrometheus({ url: server.url, credentials: { kind: 'none' }, timeoutMs: 5000 })
  const seen = (expr: string) =>
    eventually(expr, async () => {
      const samples = await prometheus().evaluate(expr, Date.now(), signal)
      return samples.length > 0 && samples
    })
  const errorOf = async (expr: string) => {
    const error = await prometheus()
      .evaluate(expr, Date.now(), signal)
      .catch((reason: unknown) => reason)
    if (error instanceof AdapterError) return error
    throw new Error('no AdapterError', { cause: error })
  }

  test('answers a value with its labels, dated by the scrape it came from', async () => {
    exporter.expose('queue_length{queue="a"} 7', 'queue_length{queue="b"} +Inf', 'queue_length{queue="c"} NaN')
    const before = Date.now()
    const samples = await eventually('three series from now', async () => {
      const found = await prometheus().evaluate('queue_length', Date.now(), signal)
      return found.length === 3 && found.every(({ at }) => at >= before) && found
    })
    const values = new Map(samples.map(({ labels, value }) => [labels.queue, value]))
    expect(values).toEqual(
      new Map([
        ['a', 7],
        ['b', Number.POSITIVE_INFINITY],
        ['c', Number.NaN],
      ]),
    )
    expect(samples.every(({ at }) => at <= Date.now())).toBe(true)
    // The evaluation may be far from the sample: its date stays.
    const [{ at } = { at: 0 }] = samples
    const [later] = await prometheus().evaluate('queue_length{queue="a"}', at + 30_000, signal)
    expect(later?.at).toBeGreaterThanOrEqual(at)
    expect(later?.at).toBeLessThan(at + 25_000)
  })

  test('dates a value that is no longer updated by its last sample, alone and within an expression', async () => {
    // A sample with a time of its own stays visible for five minutes after the last one.
    const old = Date.now() - 100_000
    exporter.expose(`batch_result{job_id="1"} 3 ${old}`, 'fresh 1')
    const at = async (expr: string) => (await seen(expr)).map((sample) => sample.at)
    expect(await at('batch_result')).toEqual([old])
    expect(await at('{__name__="batch_result"}')).toEqual([old])
    expect(await at('batch_result * 2')).toEqual([old])
    expect(await at('sum by (job_id) (batch_result) + on() group_left sum(fresh)')).toEqual([old])
    expect((await at('sum(fresh)'))[0]).toBeGreaterThan(old)
    exporter.expose('fresh 1')
    await seen('absent_over_time(batch_result[1s])')
    expect(await at('batch_result')).toEqual([old])
  })

  test('answers nothing where a series is absent or has ended', async () => {
    expect(await prometheus().evaluate('no_such_metric', Date.now(), signal)).toEqual([])
    exporter.expose('passing 1')
    await seen('passing')
    exporter.expose('fresh 1')
    await eventually('the end', async () => (await prometheus().evaluate('passing', Date.now(), signal)).length === 0)
  })

  test('answers a scalar and a range, dated by the evaluation', async () => {
    const at = Date.now()
    expect(await prometheus().evaluate('scalar(vector(4)) + 3', at, signal)).toEqual([{ labels: {}, value: 7, at }])
    expect(await prometheus().evaluate('sum(count_over_time(up[5m])) > bool 0', at, signal)).toMatchObject([{ at }])
  })

  test('says what is wrong with an expression, by its own positions', async () => {
    const error = await errorOf('sum(up')
    expect(error).toMatchObject({ system: 'prometheus', code: 'refused', retriable: false })
    expect(error.message).toContain('bad_data')
    expect(error.message).toContain('1:7')
  })

  test('refuses what is neither vector nor scalar, and what cannot be evaluated', async () => {
    expect(await errorOf('up[5m]')).toMatchObject({ code: 'bad-answer' })
    expect(await errorOf('"text"')).toMatchObject({ code: 'bad-answer' })
    exporter.expose('twice{a="1"} 1', 'twice{a="2"} 1')
    await seen('twice{a="2"}')
    expect(await errorOf('twice * on() twice')).toMatchObject({ code: 'refused' })
  })

  test('is there, and is not after it stopped answering', async () => {
    await prometheus().ping(signal)
    const nowhere = createPrometheus({ url: 'http://127.0.0.1:1', credentials: { kind: 'none' }, timeoutMs: 5000 })
    await expect(nowhere.ping(signal)).rejects.toMatchObject({ code: 'unreachable', retriable: true })
    const wrong = createPrometheus({ url: `${server.url}/nowhere`, credentials: { kind: 'none' }, timeoutMs: 5000 })
    await expect(wrong.ping(signal)).rejects.toMatchObject({ code: 'not-found' })
  })
})
