import request from 'supertest'
import { expect, it } from 'vitest'
import { createLog } from '../../../src/telemetry/log.ts'
import { createFixture, notification } from './fixture.ts'

const parse = (lines: readonly string[]) => lines.map((line) => JSON.parse(line))

it('each request is one line with method, route, status, duration and the notification that it led to', async () => {
  const { app, lines } = createFixture()
  const { body } = await request(app).post('/api/v1/alerts?secret=1').send(notification()).expect(202)
  await request(app).get('/api/v1/incidents/12?x=1').expect(400)
  await request(app).get('/secret-path').expect(404)
  await request(app).get('/-/healthy').expect(200)
  const common = { time: expect.any(Number), pid: expect.any(Number), hostname: expect.any(String) }
  const line = { ...common, request: expect.any(Number), durationMs: expect.any(Number), msg: 'request answered' }
  expect(parse(lines)).toEqual([
    { ...line, level: 30, method: 'POST', route: 'POST /api/v1/alerts', status: 202, notification: body.notification },
    { ...line, level: 40, method: 'GET', route: 'GET /api/v1/incidents/:id', status: 400 },
    { ...line, level: 40, method: 'GET', route: 'other', status: 404 },
    { ...line, level: 20, method: 'GET', route: 'GET /-/healthy', status: 200 },
  ])
})

it('a fault is in the same line, as an error', async () => {
  const { app, lines } = createFixture({
    status: () => {
      throw new Error('broken inside')
    },
  })
  await request(app).get('/api/v1/status').expect(500)
  expect(parse(lines)).toEqual([
    expect.objectContaining({
      level: 50,
      status: 500,
      msg: 'request failed',
      err: expect.objectContaining({ message: 'broken inside' }),
    }),
  ])
})

it.each([
  ['stopping', { isDraining: () => true }],
  ['not ready', { isReady: () => ({ ready: false, reason: 'the storage cannot be written' }) }],
])('that selfheal is %s is no fault: a line without an error, and only for those who look for it', async (_, deps) => {
  const { app, lines } = createFixture(deps)
  await request(app).get('/-/ready').expect(503)
  expect(parse(lines)).toEqual([
    expect.objectContaining({ level: 20, route: 'GET /-/ready', status: 503, msg: 'request answered' }),
  ])
  expect(parse(lines)[0]).not.toHaveProperty('err')
})

it('a notification that is refused while stopping is a warning without an error', async () => {
  const { app, lines } = createFixture({ isDraining: () => true })
  await request(app).post('/api/v1/alerts').send(notification()).expect(503)
  expect(parse(lines)).toEqual([expect.objectContaining({ level: 40, status: 503, msg: 'request answered' })])
  expect(parse(lines)[0]).not.toHaveProperty('err')
})

it('an error is written as the log writes errors, without what a library hung on it', async () => {
  const lines: string[] = []
  const { app } = createFixture({
    log: createLog({ level: 'info', destination: { write: (line) => lines.push(line) } }),
    status: () => {
      throw Object.assign(new Error('broken inside'), { config: { headers: { 'x-key': 'hush' } } })
    },
  })
  await request(app).get('/api/v1/status').expect(500)
  expect(lines.join('')).toContain('broken inside')
  expect(lines.join('')).not.toContain('hush')
})
