import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Role, roles } from '../../../src/config/settings.ts'
import { authorize, findToken } from '../../../src/http/auth.ts'
import { routes } from '../../../src/http/routes.ts'
import { createFixture, notification, secretOf, tokens } from './fixture.ts'

/** Who gets what, in full: a route that is not here fails the test below. */
const matrix: Readonly<Record<string, readonly Role[] | 'open'>> = {
  'POST /api/v1/alerts': ['send', 'admin'],
  'GET /api/v1/alerts': ['read', 'operate', 'admin'],
  'GET /api/v1/incidents': ['read', 'operate', 'admin'],
  'GET /api/v1/incidents/:id': ['read', 'operate', 'admin'],
  'POST /api/v1/incidents/:id/approve': ['operate', 'admin'],
  'POST /api/v1/incidents/:id/reject': ['operate', 'admin'],
  'POST /api/v1/incidents/:id/ack': ['operate', 'admin'],
  'POST /api/v1/incidents/:id/close': ['operate', 'admin'],
  'GET /api/v1/runbooks': ['read', 'operate', 'admin'],
  'GET /api/v1/deadletters': ['read', 'operate', 'admin'],
  'GET /api/v1/status': ['read', 'operate', 'admin'],
  'POST /api/v1/plan': ['read', 'operate', 'admin'],
  'GET /api/v1/pauses': ['read', 'operate', 'admin'],
  'POST /api/v1/pauses': ['operate', 'admin'],
  'DELETE /api/v1/pauses': ['operate', 'admin'],
  'DELETE /api/v1/pauses/:id': ['operate', 'admin'],
  'POST /-/reload': ['admin'],
  'GET /-/healthy': 'open',
  'GET /-/ready': 'open',
  'GET /metrics': 'open',
}

const ask = (app: Parameters<typeof request>[0], route: string, authorization: string | null) => {
  const [method, path = ''] = route.split(' ')
  const url = path.replace(':id', '1')
  const verbs = { POST: 'post', DELETE: 'delete', GET: 'get' } as const
  const verb = Object.entries(verbs).find(([name]) => name === method)?.[1] ?? 'get'
  const asked = request(app)[verb](url)
  if (authorization !== null) asked.set('Authorization', authorization)
  return method === 'POST' ? asked.send(path.endsWith('plan') ? { labels: {} } : notification()) : asked
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

it('the matrix names every route', () => {
  expect(Object.keys(matrix)).toEqual(routes.map(({ method, path }) => `${method} ${path}`))
})

describe.each(Object.entries(matrix))('%s', (route, wanted) => {
  it('answers each role as the matrix says, by bearer token and by basic authentication', async () => {
    const { app } = createFixture({ tokens })
    for (const role of roles) {
      const isAllowed = wanted === 'open' || wanted.includes(role)
      for (const authorization of [`Bearer ${secretOf(role)}`, basic('anybody', secretOf(role))]) {
        const { status, body } = await ask(app, route, authorization)
        if (isAllowed) expect([role, 401, 403]).not.toContain(status)
        else expect([role, status, body.error.code]).toEqual([role, 403, 'forbidden'])
      }
    }
  })

  it('answers nobody without a known token, unless it is open', async () => {
    const { app } = createFixture({ tokens })
    const wrong = [
      null,
      'Bearer nonsense',
      basic('the-admin', 'nonsense'),
      'Bearer',
      'Digest x',
      `Bearer  `,
      basic('x', ''),
    ]
    for (const authorization of wrong) {
      const answer = await ask(app, route, authorization)
      if (wanted === 'open') expect(answer.status).toBe(200)
      else {
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toContain('Bearer realm="selfheal"')
        expect(answer.text).not.toMatch(/nonsense|the-admin/)
      }
    }
  })
})

describe('credentials', () => {
  it('are never in an answer or in the log', async () => {
    const { app, lines } = createFixture({ tokens })
    for (const secret of ['wrong-secret', secretOf('read'), secretOf('send')]) {
      for (const authorization of [`Bearer ${secret}`, basic('user-name', secret)]) {
        const answer = await request(app)
          .post('/api/v1/alerts?token=query-secret')
          .set('Authorization', authorization)
          .set('Cookie', 'session=cookie-secret')
          .send(notification())
        const said = JSON.stringify([answer.headers, answer.text, lines])
        for (const word of [secret, authorization, 'user-name', 'query-secret', 'cookie-secret', 'the-read']) {
          expect(said).not.toContain(word)
        }
      }
    }
    expect(lines).toHaveLength(6)
  })

  it('of a password may hold colons', () => {
    const [token] = tokens
    expect(findToken(basic('x', secretOf('send')), tokens)).toBe(token)
    expect(findToken(basic(`x:${secretOf('send')}`, ''), tokens)).toBeUndefined()
  })

  it('that are a hash itself, or match a damaged hash, open nothing', () => {
    const [send] = tokens
    expect(findToken(`Bearer ${send?.sha256}`, tokens)).toBeUndefined()
    expect(findToken('Bearer x', [{ name: 'broken', role: 'admin', sha256: '' }])).toBeUndefined()
    expect(findToken('Bearer x', [{ name: 'broken', role: 'admin', sha256: 'zz' }])).toBeUndefined()
  })

  it('are compared with every token, in constant time, whether one of them fits, and wherever it stands', () => {
    const { timingSafeEqual } = crypto
    let compared = 0
    crypto.timingSafeEqual = (...pair) => {
      compared += 1
      return timingSafeEqual(...pair)
    }
    syncBuiltinESMExports()
    onTestFinished(() => {
      crypto.timingSafeEqual = timingSafeEqual
      syncBuiltinESMExports()
    })
    const counts = [...roles.map(secretOf), 'unknown', 'x'.repeat(5000)].map((secret) => {
      compared = 0
      findToken(`Bearer ${secret}`, tokens)
      return compared
    })
    expect(counts).toEqual(counts.map(() => tokens.length))
  })

  it('are asked for before anything else is said about the request', async () => {
    const { app } = createFixture({ tokens, maxBodyBytes: 1 })
    await request(app).put('/api/v1/alerts').expect(401)
    await request(app).post('/api/v1/alerts').set('Content-Type', 'text/plain').send('xx').expect(401)
    await request(app)
      .put('/api/v1/alerts')
      .set('Authorization', `Bearer ${secretOf('send')}`)
      .expect(405)
    await request(app)
      .post('/api/v1/alerts')
      .set('Authorization', `Bearer ${secretOf('send')}`)
      .set('Content-Type', 'text/plain')
      .send('xx')
      .expect(415)
  })

  it('are counted when they do not suffice', async () => {
    const { app, results } = createFixture({ tokens })
    await request(app).post('/api/v1/alerts').send(notification()).expect(401)
    await request(app)
      .post('/api/v1/alerts')
      .set('Authorization', `Bearer ${secretOf('read')}`)
      .send(notification())
      .expect(403)
    expect(results).toEqual(['unauthorized', 'unauthorized'])
  })

  it('are not needed where no token is configured', () => {
    expect(authorize(undefined, 'admin', [])).toBeUndefined()
  })

  it('name their owner', () => {
    expect(authorize(`bearer ${secretOf('operate')}`, 'operate', tokens)?.name).toBe('the-operate')
  })
})
