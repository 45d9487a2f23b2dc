import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import { connectRaw, createFixture } from './fixture.ts'

const post = (app: Parameters<typeof request>[0], body: string) =>
  request(app).post('/api/v1/plan').set('Content-Type', 'application/json').send(body)

describe('POST /api/v1/plan', () => {
  it('answers what would be decided, and keeps hostile label names as names', async () => {
    const { app } = createFixture()
    const { text } = await post(app, '{"labels":{"alertname":"Down","__proto__":"x"}}').expect(200)
    expect(text).toBe(
      '{"decision":"no-route","planned":{"labels":{"alertname":"Down","__proto__":"x"},"annotations":{}}}',
    )
  })

  it.each([
    '',
    'x',
    '[]',
    '{}',
    '{"labels":{"a":1}}',
    '{"labels":[]}',
    '{"labels":{},"more":1}',
    '{"labels":{},"annotations":null}',
  ])('refuses the body %s', async (body) => {
    const { app } = createFixture()
    const answer = await post(app, body).expect(400)
    expect(answer.body.error.code).toBe('bad-request')
  })

  it('refuses what is too large or no JSON', async () => {
    const { app, results } = createFixture({ maxBodyBytes: 10 })
    await post(app, '{"labels":{"alertname":"Down"}}').expect(413)
    await request(app).post('/api/v1/plan').type('text/plain').send('{}').expect(415)
    expect(results).toEqual([])
  })

  it('names the system that did not answer, and nothing of its error', async () => {
    const { app } = createFixture({
      plan: () => Promise.reject(new AdapterError('docker', 'timeout', 'GET http://user:inner-secret@host')),
    })
    const answer = await post(app, '{"labels":{}}').expect(502)
    expect(answer.body.error).toEqual({
      code: 'dependency-failed',
      message: 'docker did not answer as needed: timeout',
    })
  })

  it('is broken off when the client goes away', async () => {
    const asked = Promise.withResolvers<void>()
    const aborted = Promise.withResolvers<void>()
    const client = await connectRaw(
      createFixture({
        plan: (_alert, signal) => {
          signal.addEventListener('abort', () => aborted.resolve())
          asked.resolve()
          return new Promise(() => {})
        },
      }),
    )
    client.socket.write(
      'POST /api/v1/plan HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"labels":{}}',
    )
    await asked.promise
    client.socket.destroy()
    await aborted.promise
  })
})
