import { createHash } from 'node:crypto'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { isLoopback } from '../../../src/http/loopback.ts'
import { refusesToListen } from '../../../src/http/refuse-to-listen.ts'
import { createFixture, notification, secretOf, tokens } from './fixture.ts'

describe('without tokens, on loopback', () => {
  it.each(['localhost', 'localhost:9196', 'LOCALHOST', '127.0.0.1:9196', '[::1]:9196', '10.0.0.7', 'heal.example'])(
    'the Host %s is answered',
    async (host) => {
      const { app } = createFixture({ externalUrl: 'https://heal.example:8443/x' })
      await request(app).get('/api/v1/status').set('Host', host).expect(200)
    },
  )

  it.each(['evil.example', 'evil.example:9196', 'localhost.evil.example', '127.0.0.1.evil.example', 'a@localhost', ''])(
    'the Host "%s" is refused: a page may have pointed its name at this machine',
    async (host) => {
      const { app } = createFixture({ externalUrl: 'https://heal.example' })
      for (const path of ['/api/v1/status', '/metrics', '/nowhere']) {
        const answer = await request(app).get(path).set('Host', host).expect(403)
        expect(answer.body.error.code).toBe('host-not-allowed')
      }
    },
  )
})

it('with tokens, the Host may be any: a page has no token', async () => {
  const { app } = createFixture({ tokens })
  await request(app)
    .get('/api/v1/status')
    .set('Host', 'selfheal:9196')
    .set('Authorization', `Bearer ${secretOf('read')}`)
    .expect(200)
})

describe('a browser that posts', () => {
  const post = (origin: string, host = 'localhost:9196') =>
    request(createFixture({ externalUrl: 'https://heal.example' }).app)
      .post('/api/v1/alerts')
      .set('Host', host)
      .set('Origin', origin)
      .send(notification())

  it.each(['http://evil.example', 'http://localhost:8080', 'null', 'nonsense', 'http://heal.example'])(
    'for the origin %s is refused',
    async (origin) => {
      const { body } = await post(origin).expect(403)
      expect(body.error.code).toBe('origin-not-allowed')
    },
  )

  it('for this server, or for the external URL, is served', async () => {
    await post('http://localhost:9196').expect(202)
    await post('https://heal.example').expect(202)
  })
})

it('answers carry no name of the software and are neither sniffed, framed nor cached', async () => {
  const { headers } = await request(createFixture().app).get('/-/healthy').expect(200)
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  })
  expect(headers).not.toHaveProperty('x-powered-by')
  expect(headers).not.toHaveProperty('access-control-allow-origin')
})

describe('listening beyond loopback', () => {
  const without = { tokens: [], allowUnauthenticated: false }

  it.each(['127.0.0.1', '127.8.8.8', 'localhost', '::1', '[::1]', '::ffff:127.0.0.1'])('%s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true)
    expect(refusesToListen({ ...without, host })).toBeNull()
  })

  it.each(['0.0.0.0', '::', '', '192.168.1.2', '127.0.0.1.evil.example', 'localhost.evil.example', '::ffff:10.0.0.1'])(
    '"%s" is refused without tokens, and allowed with them or when it is asked for',
    (host) => {
      expect(refusesToListen({ ...without, host })).toContain('refusing to listen')
      expect(refusesToListen({ ...without, host, tokens })).toBeNull()
      expect(refusesToListen({ ...without, host, allowUnauthenticated: true })).toBeNull()
    },
  )

  it('prints a token line whose hash is that of the token that it prints, another one each time', () => {
    const text = refusesToListen({ ...without, host: '0.0.0.0' }) ?? ''
    const hash = /^ {2}alertmanager:send:([0-9a-f]{64})$/m.exec(text)?.[1]
    const secret = /^ {2}([\w-]{43})$/m.exec(text)?.[1] ?? ''
    expect(createHash('sha256').update(secret).digest('hex')).toBe(hash)
    expect(text).toContain('token_file')
    expect(refusesToListen({ ...without, host: '0.0.0.0' })).not.toContain(secret)
  })
})
