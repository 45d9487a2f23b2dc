import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Endpoint } from '../../../src/config/settings.ts'
import { createAlertmanagerReceiver } from '../../../src/escalation/alertmanager-receiver.ts'
import { createWebhookReceiver } from '../../../src/escalation/webhook-receiver.ts'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import type { EscalationMessage, PostableAlert } from '../../../src/remediation/ports.ts'
import { createVirtualClock } from './virtual-clock.ts'

const message: EscalationMessage = {
  incident: 42,
  status: 'firing',
  startsAt: Date.UTC(2026, 0, 2),
  labels: { alertname: 'SelfhealEscalation' },
  annotations: { summary: 'web still fails' },
}
const signal = new AbortController().signal

const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const seen: { readonly request: IncomingMessage; readonly body: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ request, body: Buffer.concat(chunks).toString() })
      answer(request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { seen, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` }
}

const endpoint = (url: string, change: Partial<Endpoint> = {}) => ({
  name: 'pager',
  url,
  credentials: { kind: 'none' } as const,
  timeoutMs: 2000,
  ...change,
})

const errorOf = async (work: Promise<unknown>): Promise<AdapterError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof AdapterError) return error
  throw new Error('no AdapterError', { cause: error })
}

describe('the webhook receiver', () => {
  it('posts what happened, with a key to tell repetitions by', async () => {
    const { seen, url } = await serve((_, response) => response.writeHead(204).end())
    const receiver = createWebhookReceiver(endpoint(`${url}/hook?key=s3cret`))
    await receiver.deliver(message, signal)
    await receiver.deliver({ ...message, status: 'resolved' }, signal)
    await receiver.deliver({ ...message, startsAt: message.startsAt + 1 }, signal)
    expect(seen.map(({ request }) => `${request.method} ${request.url}`)).toEqual(
      Array(3).fill('POST /hook?key=s3cret'),
    )
    expect(seen.map(({ request }) => request.headers['idempotency-key'])).toEqual([
      'incident-42-1767312000000-escalated',
      'incident-42-1767312000000-resolved',
      'incident-42-1767312000001-escalated',
    ])
    expect(seen[0]?.request.headers['content-type']).toBe('application/json')
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      version: '1',
      event: 'escalated',
      incident: 42,
      startsAt: '2026-01-02T00:00:00.000Z',
      labels: { alertname: 'SelfhealEscalation' },
      annotations: { summary: 'web still fails' },
    })
    expect({ name: receiver.name, refreshMs: receiver.refreshMs }).toEqual({ name: 'pager', refreshMs: null })
  })

  it.each([
    [{ kind: 'bearer', token: 't0ken' } as const, 'Bearer t0ken'],
    [
      { kind: 'basic', username: 'me', password: 'größe' } as const,
      `Basic ${Buffer.from('me:größe').toString('base64')}`,
    ],
  ])('sends its credentials (%o)', async (credentials, expected) => {
    const { seen, url } = await serve((_, response) => response.end())
    await createWebhookReceiver(endpoint(url, { credentials })).deliver(message, signal)
    expect(seen[0]?.request.headers.authorization).toBe(expected)
  })

  it.each([
    [500, 'unreachable', true],
    [429, 'unreachable', true],
    [404, 'not-found', false],
    [401, 'refused', false],
    [302, 'bad-answer', false],
    [307, 'bad-answer', false],
  ])('does not take a status %i for acceptance', async (status, code, retriable) => {
    const { seen, url } = await serve((_, response) => response.writeHead(status, { Location: '/elsewhere' }).end('x'))
    const error = await errorOf(createWebhookReceiver(endpoint(url)).deliver(message, signal))
    expect({ system: error.system, code: error.code, retriable: error.retriable }).toEqual({
      system: 'receiver',
      code,
      retriable,
    })
    expect(seen).toHaveLength(1)
  })

  it('gives up at its timeout, when it is no longer waited for, and on an answer without end', async () => {
    const { url } = await serve(() => {})
    const slow = endpoint(url, { timeoutMs: 50 })
    expect(await errorOf(createWebhookReceiver(slow).deliver(message, signal))).toMatchObject({ code: 'timeout' })
    const stop = new AbortController()
    const pending = errorOf(createWebhookReceiver(endpoint(url)).deliver(message, stop.signal))
    stop.abort(new Error('over'))
    expect(await pending).toMatchObject({ code: 'aborted', retriable: false })
    const endless = await serve((_, response) => {
      const more = () => {
        while (response.write('x'.repeat(16_384)));
        response.once('drain', more)
      }
      more()
    })
    expect(await errorOf(createWebhookReceiver(endpoint(endless.url)).deliver(message, signal))).toMatchObject({
      code: 'bad-answer',
    })
  })

  it('never tells the address or the credentials in an error', async () => {
    const { url } = await serve((_, response) => response.writeHead(403).end('you sent t0ken'))
    const credentials = { kind: 'bearer', token: 't0ken' } as const
    const places = [
      `${url}/services/s3cret?key=s3cret`,
      'http://127.0.0.1:1/s3cret',
      'http://me:s3cret@127.0.0.1:1/',
      's3cret',
    ]
    for (const place of places) {
      const error = await errorOf(createWebhookReceiver(endpoint(place, { credentials })).deliver(message, signal))
      const told = [error.message, error.stack, String(error.cause), JSON.stringify(error.cause)].join(' ')
      expect(told).not.toMatch(/s3cret|t0ken/)
    }
  })
})

describe('the Alertmanager receiver', () => {
  const sink = (fails = false) => {
    const posted: PostableAlert[] = []
    return {
      posted,
      post: async (alerts: readonly PostableAlert[]) => {
        posted.push(...alerts)
        if (fails) throw new AdapterError('alertmanager', 'unreachable', 'no answer')
      },
    }
  }

  it('posts an alert that holds for 12 h and is refreshed every minute', async () => {
    const [clock, alertmanager] = [createVirtualClock(), sink()]
    const receiver = createAlertmanagerReceiver([alertmanager], clock)
    await receiver.deliver({ ...message, startsAt: 5 }, signal)
    expect(alertmanager.posted).toEqual([
      {
        labels: message.labels,
        annotations: message.annotations,
        startsAt: 5,
        endsAt: clock.now() + 12 * 60 * 60 * 1000,
      },
    ])
    expect({ name: receiver.name, refreshMs: receiver.refreshMs }).toEqual({ name: 'alertmanager', refreshMs: 60_000 })
  })

  it('ends the alert now when it is over, and never before it started', async () => {
    const [clock, alertmanager] = [createVirtualClock(), sink()]
    const receiver = createAlertmanagerReceiver([alertmanager], clock)
    await receiver.deliver({ ...message, status: 'resolved', startsAt: 5 }, signal)
    await receiver.deliver({ ...message, status: 'resolved', startsAt: clock.now() + 9 }, signal)
    const now = clock.now()
    expect(alertmanager.posted.map(({ startsAt, endsAt }) => [startsAt, endsAt])).toEqual([
      [5, now],
      [now, now],
    ])
  })

  it('tells every Alertmanager, and is accepted when one of them took that it fires', async () => {
    const sinks = [sink(true), sink(), sink(true)]
    await createAlertmanagerReceiver(sinks, createVirtualClock()).deliver(message, signal)
    expect(sinks.map(({ posted }) => posted.length)).toEqual([1, 1, 1])
  })

  it('tells every Alertmanager that it is over, and fails until each of them took it', async () => {
    const sinks = [sink(), sink(true), sink()]
    const over = { ...message, status: 'resolved' } as const
    const receiver = createAlertmanagerReceiver(sinks, createVirtualClock())
    expect(await errorOf(receiver.deliver(over, signal))).toMatchObject({ code: 'unreachable' })
    expect(sinks.map(({ posted }) => posted.length)).toEqual([1, 1, 1])
    await createAlertmanagerReceiver([sink(), sink()], createVirtualClock()).deliver(over, signal)
  })

  it('fails when none of them took it', async () => {
    const receiver = createAlertmanagerReceiver([sink(true), sink(true)], createVirtualClock())
    expect(await errorOf(receiver.deliver(message, signal))).toMatchObject({ code: 'unreachable' })
  })

  it.each(['firing', 'resolved'] as const)('fails on "%s" when there is none', async (status) => {
    const receiver = createAlertmanagerReceiver([], createVirtualClock())
    await expect(receiver.deliver({ ...message, status }, signal)).rejects.toThrow('no Alertmanager is configured')
  })
})
