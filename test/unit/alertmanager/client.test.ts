import { describe, expect, it } from 'vitest'
import { createAlertmanager } from '../../../src/alertmanager/client.ts'
import { AdapterError } from '../../../src/lib/adapter-error.ts'

const endpoint = { url: 'http://alertmanager:9093', credentials: { kind: 'none' }, timeoutMs: 2000 } as const
const signal = new AbortController().signal

const alertmanagerThat = (status: number, body: unknown) => {
  const asked: { readonly place: string; readonly body: unknown }[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const sent = init?.body === undefined ? undefined : JSON.parse(String(init.body))
    asked.push({ place: `${init?.method} ${String(input)}`, body: sent })
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
  }
  return { asked, alertmanager: createAlertmanager(endpoint, { fetch }) }
}

const alert = {
  annotations: {},
  endsAt: '2026-01-02T03:08:05.000Z',
  fingerprint: '0123456789abcdef',
  receivers: [{ name: 'web' }],
  startsAt: '2026-01-02T03:04:05.678Z',
  status: { inhibitedBy: ['fedcba9876543210'], mutedBy: [], silencedBy: ['id'], state: 'suppressed' },
  updatedAt: '2026-01-02T03:04:05.999+00:00',
  generatorURL: 'http://prometheus',
  labels: { alertname: 'Down' },
}

describe('Alertmanager', () => {
  it('is told of alerts with their instants as RFC 3339', async () => {
    const { asked, alertmanager } = alertmanagerThat(200, '')
    const labels = { alertname: 'Down' }
    await alertmanager.post([{ labels, annotations: {}, startsAt: 0, endsAt: 1500, generatorURL: 'http://x' }], signal)
    expect(asked).toEqual([
      {
        place: 'POST http://alertmanager:9093/api/v2/alerts',
        body: [
          {
            labels,
            annotations: {},
            startsAt: '1970-01-01T00:00:00.000Z',
            endsAt: '1970-01-01T00:00:01.500Z',
            generatorURL: 'http://x',
          },
        ],
      },
    ])
  })

  it('lists its alerts', async () => {
    const { asked, alertmanager } = alertmanagerThat(200, [alert])
    expect(await alertmanager.list(signal)).toEqual([
      {
        fingerprint: '0123456789abcdef',
        labels: { alertname: 'Down' },
        annotations: {},
        startsAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
        endsAt: Date.UTC(2026, 0, 2, 3, 8, 5),
        updatedAt: Date.UTC(2026, 0, 2, 3, 4, 5, 999),
        state: 'suppressed',
        receivers: ['web'],
        silencedBy: ['id'],
        inhibitedBy: ['fedcba9876543210'],
        mutedBy: [],
      },
    ])
    expect(asked).toEqual([{ place: 'GET http://alertmanager:9093/api/v2/alerts', body: undefined }])
  })

  it('tells what a time interval mutes as suppressed, and does not need versions that know of it', async () => {
    const status = { state: 'active', silencedBy: [], inhibitedBy: [] }
    const stateOf = async (change: object) => {
      const { alertmanager } = alertmanagerThat(200, [{ ...alert, status: { ...status, ...change } }])
      return (await alertmanager.list(signal)).map(({ state, mutedBy }) => [state, mutedBy])
    }
    expect(await stateOf({})).toEqual([['active', []]])
    expect(await stateOf({ mutedBy: null })).toEqual([['active', []]])
    expect(await stateOf({ mutedBy: ['nights'] })).toEqual([['suppressed', ['nights']]])
  })

  it('lists thousands of alerts, and lets others have their turn meanwhile', async () => {
    const { alertmanager } = alertmanagerThat(
      200,
      Array.from({ length: 5_000 }, () => alert),
    )
    let turns = 0
    const count = (): NodeJS.Immediate =>
      setImmediate(() => {
        turns += 1
        immediate = count()
      })
    let immediate = count()
    const alerts = await alertmanager.list(signal)
    clearImmediate(immediate)
    expect(alerts.length).toBe(5_000)
    expect(turns).toBeGreaterThanOrEqual(9)
  })

  it.each<[string, number, unknown, string, string]>([
    ['no receivers', 200, [{ ...alert, receivers: undefined }], 'bad-answer', 'list of alerts'],
    ['HTML', 200, '<html>', 'bad-answer', 'JSON'],
    ['no list', 200, {}, 'bad-answer', 'list of alerts'],
    [
      'an unknown state',
      200,
      [{ ...alert, status: { ...alert.status, state: 'odd' } }],
      'bad-answer',
      'list of alerts',
    ],
    ['no date', 200, [{ ...alert, startsAt: 'now' }], 'bad-answer', 'date'],
    ['a refusal', 400, '"start time missing\\n"', 'refused', 'start time missing'],
    ['a coded refusal', 400, { code: 602, message: 'labels is required' }, 'refused', 'labels is required'],
    ['a failure', 500, 'oops', 'unreachable', '500'],
    ['a redirect', 301, '', 'bad-answer', 'redirect'],
    ['a demand for credentials', 401, '', 'refused', '401'],
  ])('that answers %s is at fault', async (_, status, body, code, told) => {
    const error = await alertmanagerThat(status, body)
      .alertmanager.list(signal)
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(AdapterError)
    expect(error).toMatchObject({ system: 'alertmanager', code, message: expect.stringContaining(told) })
  })

  it('is there when it tells its version', async () => {
    const { alertmanager } = alertmanagerThat(200, { versionInfo: { version: '0.28.0' } })
    await expect(alertmanager.ping(signal)).resolves.toBeUndefined()
    await expect(alertmanagerThat(200, '<html>').alertmanager.ping(signal)).rejects.toThrow(AdapterError)
  })

  it.each([
    ['route:\n  receiver: selfheal\n', false],
    ['route:\n  receiver: selfheal\n  mute_time_intervals:\n  - nights\n', true],
    ['route:\n  receiver: selfheal\n  active_time_intervals: [days]\n', true],
    ['time_intervals:\n- name: nights\n', false],
  ])('says whether its configuration mutes routes by the time of day: %j', async (original, mutes) => {
    const { asked, alertmanager } = alertmanagerThat(200, { config: { original } })
    expect(await alertmanager.mutesByTime(signal)).toBe(mutes)
    expect(asked).toEqual([{ place: 'GET http://alertmanager:9093/api/v2/status', body: undefined }])
  })
})
