import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { runInNewContext } from 'node:vm'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { requireJson } from '../../../src/http/read-body.ts'
import { alert, at, connectRaw, createFixture, notification } from './fixture.ts'

const post = (app: Parameters<typeof request>[0]) => request(app).post('/api/v1/alerts')

const deferred = <T>() => Promise.withResolvers<T>()

describe('a notification', () => {
  it('is answered with its id after it was committed', async () => {
    const { app, store, receipts, results } = createFixture()
    const answer = await post(app).send(notification()).expect(202)
    const pending = store.ledger.pendingNotifications(10)
    expect(answer.body).toEqual({ notification: pending[0]?.id })
    expect(JSON.parse(String(pending[0]?.body))).toEqual(notification())
    expect(pending[0]?.receivedAt).toBe(at)
    expect(receipts.map(({ id, notification: { alerts } }) => [id, alerts.length])).toEqual([[pending[0]?.id, 1]])
    await expect.poll(() => results).toEqual(['accepted'])
  })

  it('is not answered before the commit', async () => {
    const asked = deferred<void>()
    const commit = deferred<number>()
    const held = createFixture(({ inbox }) => ({
      inbox: {
        ...inbox,
        acceptNotification: () => {
          asked.resolve()
          return commit.promise
        },
      },
    }))
    const client = await connectRaw(held)
    const body = JSON.stringify(notification())
    client.socket.write(
      `POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    await asked.promise
    // A whole round trip of another request shows that the server is idle and still holds the answer back.
    await request(held.app).get('/-/healthy').expect(200)
    expect(client.socket.bytesRead).toBe(0)
    commit.resolve(7)
    expect(await client.answered(/\}$/)).toMatch(/^HTTP\/1\.1 202 [\s\S]*\{"notification":7\}$/)
  })

  it.each(['full', 'unwritable'])(
    'that cannot be committed (%s) is answered with 503, and the next one is well again',
    async (code) => {
      let isFull = true
      const { app, results, receipts, lines } = createFixture(({ inbox }) => ({
        inbox: {
          ...inbox,
          acceptNotification: (body, receivedAt) =>
            isFull
              ? Promise.reject(Object.assign(new Error('no space left on device'), { code }))
              : inbox.acceptNotification(body, receivedAt),
        },
      }))
      const refused = await post(app).send(notification()).expect(503)
      expect(refused.body.error.code).toBe('unavailable')
      expect(JSON.stringify(refused.body)).not.toContain('no space left')
      expect(receipts).toEqual([])
      expect(lines.join('')).toContain('no space left on device')
      isFull = false
      await post(app).send(notification()).expect(202)
      await expect.poll(() => results).toEqual(['unavailable', 'accepted'])
    },
  )

  it('is answered with 500 without details when something else breaks', async () => {
    const { app } = createFixture(({ inbox }) => ({
      inbox: { ...inbox, acceptNotification: () => Promise.reject(new Error('inner secret')) },
    }))
    const answer = await post(app).send(notification()).expect(500)
    expect(answer.body.error.code).toBe('internal')
    expect(answer.text).not.toContain('inner secret')
  })

  it('is accepted even when nobody can be told of it', async () => {
    const { app, lines } = createFixture(({ inbox }) => ({
      inbox: {
        ...inbox,
        accepted: () => {
          throw new Error('the engine is gone')
        },
      },
    }))
    await post(app).send(notification()).expect(202)
    expect(lines.join('')).toContain('accepted notification could not be announced')
  })

  it('is refused with 503 while draining, before its body is read', async () => {
    const { app, store } = createFixture({ isDraining: () => true })
    const answer = await post(app).send(notification()).expect(503)
    expect(answer.body.error.code).toBe('unavailable')
    expect(answer.headers.connection).toBe('close')
    expect(store.ledger.pendingNotifications(10)).toEqual([])
  })

  it('keeps control characters and names such as __proto__ exactly as they came', async () => {
    const { app, receipts, store } = createFixture()
    const labels = '{"alertname":"a\\u0000\\u001b[31m\\n","__proto__":"x","constructor":"$(reboot)"}'
    const body = `{"version":"4","status":"firing","alerts":[{"status":"firing","labels":${labels},"annotations":{},"startsAt":"2026-03-01T09:59:00Z","fingerprint":"00ff"}]}`
    await post(app).set('Content-Type', 'application/json').send(body).expect(202)
    expect(String(store.ledger.pendingNotifications(1)[0]?.body)).toBe(body)
    const seen = receipts[0]?.notification.alerts[0]?.labels ?? {}
    expect(Object.entries(seen).sort()).toEqual([
      ['__proto__', 'x'],
      ['alertname', 'a\u0000\u001b[31m\n'],
      ['constructor', '$(reboot)'],
    ])
    expect(Object.prototype).not.toHaveProperty('x')
  })

  it('counts with the alerts that can be used when others in it cannot', async () => {
    const { app, receipts } = createFixture()
    await post(app)
      .send(notification(alert(), { status: 'broken' }))
      .expect(202)
    expect(receipts[0]?.notification).toMatchObject({ alerts: [{}], unusable: [{ index: 1 }] })
  })
})

describe('a body that is no notification', () => {
  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['half of a notification', '{"version":"4","alerts":['],
    ['another version', JSON.stringify({ ...notification(), version: '5' })],
    ['no alerts', '{"version":"4"}'],
    ['a list', '[]'],
    ['null', 'null'],
  ])('is answered with 400 and kept as a dead letter: %s', async (_name, body) => {
    const { app, letters, store, results } = createFixture()
    const answer = await post(app).set('Content-Type', 'application/json').send(body).expect(400)
    expect(answer.body.error.code).toBe('invalid-notification')
    expect(letters.map((letter) => [String(letter.body), letter.detail])).toEqual([[body, answer.body.error.message]])
    expect(store.ledger.pendingNotifications(1)).toEqual([])
    await expect.poll(() => results).toEqual(['rejected'])
  })

  it.each(['full', 'unwritable', 'locked'])(
    'is answered with 503 while the storage cannot keep it (%s), so that the sender repeats it',
    async (code) => {
      const { app, results, lines } = createFixture(({ inbox }) => ({
        inbox: {
          ...inbox,
          deadLetter: () => {
            throw Object.assign(new Error('no space left on device'), { code })
          },
        },
      }))
      const answer = await post(app).send({}).expect(503)
      expect(answer.body.error.code).toBe('unavailable')
      expect(answer.text).not.toContain('no space left')
      expect(lines.join('')).toContain('no space left on device')
      await expect.poll(() => results).toEqual(['unavailable'])
    },
  )

  it('is answered with 400 when the dead letter cannot be kept for another reason, which is logged', async () => {
    const { app, lines } = createFixture(({ inbox }) => ({
      inbox: {
        ...inbox,
        deadLetter: () => {
          throw new Error('a mistake of ours')
        },
      },
    }))
    await post(app).send({}).expect(400)
    expect(lines.join('')).toContain('dead letter cannot be kept')
  })

  it('posted twice is one dead letter with a count', async () => {
    const { app } = createFixture()
    await post(app).send({ field: 'foreign' }).expect(400)
    await post(app).send({ field: 'foreign' }).expect(400)
    const { body } = await request(app).get('/api/v1/deadletters').expect(200)
    expect(body.deadletters).toEqual([
      expect.objectContaining({ kind: 'notification', count: 2, lastSeenAt: '2026-03-01T10:00:00.000Z' }),
    ])
    expect(JSON.stringify(body)).not.toContain('foreign')
  })
})

describe('the content type of a notification', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'])(
    'may be %s',
    async (type) => {
      const { app } = createFixture()
      await post(app).set('Content-Type', type).send(JSON.stringify(notification())).expect(202)
    },
  )

  it.each([
    'text/plain',
    'text/json',
    'application/jsonp',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/json, text/plain',
  ])('must not be %s', async (type) => {
    const { app, letters } = createFixture()
    const answer = await post(app).set('Content-Type', type).send(JSON.stringify(notification())).expect(415)
    expect(answer.body.error.code).toBe('unsupported-media-type')
    expect(letters).toEqual([])
  })

  it('is not pondered, however long: one of nothing but blanks is refused and holds nobody up', () => {
    const request = Object.assign(new IncomingMessage(new Socket()), {
      headers: { 'content-type': `application/json${' '.repeat(300_000)}x` },
    })
    const ask = () => runInNewContext('ask()', { ask: () => requireJson(request) }, { timeout: 10_000 })
    expect(ask).toThrow('expected Content-Type')
  })

  it('must be given, and the body must not be encoded', async () => {
    const { app } = createFixture()
    await post(app).expect(415)
    await post(app)
      .set('Content-Type', 'application/json')
      .set('Content-Encoding', 'gzip')
      .send(JSON.stringify(notification()))
      .expect(415)
  })
})

describe('the method', () => {
  it.each(['put', 'delete', 'patch', 'options'] as const)(
    '%s is answered with 405 and never redirected',
    async (method) => {
      const { app } = createFixture()
      const answer = await request(app)[method]('/api/v1/alerts').redirects(0).expect(405)
      expect(answer.headers.allow).toBe('POST, GET, HEAD')
      expect(answer.body.error.code).toBe('method-not-allowed')
    },
  )

  it('GET lists episodes on the same path, HEAD answers without a body', async () => {
    const { app } = createFixture()
    expect((await request(app).get('/api/v1/alerts').expect(200)).body).toEqual({ alerts: [] })
    expect((await request(app).head('/api/v1/alerts').expect(200)).text).toBeUndefined()
  })
})
