import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Role } from '../../../src/config/settings.ts'
import { createPauses } from '../../../src/remediation/people/pauses.ts'
import { at, createFixture, secretOf, tokens } from './fixture.ts'

const path = '/api/v1/pauses'
const wanted = { target: 'local/shop/web', reason: 'deploy', for: '2h' }
const iso = (instant: number): string => new Date(instant).toISOString()

describe('POST /api/v1/pauses', () => {
  it('begins a pause and answers 201 with it, by the name of the token', async () => {
    const { app, store } = createFixture({ tokens })
    const { body } = await request(app)
      .post(path)
      .auth(secretOf('operate'), { type: 'bearer' })
      .send(wanted)
      .expect(201)
    expect(body).toEqual({
      id: 1,
      target: 'local/shop/web',
      reason: 'deploy',
      by: 'the-operate',
      at: iso(at),
      until: iso(at + 7_200_000),
      endedAt: null,
      endedBy: null,
      inForce: true,
    })
    expect(store.ledger.pausesInForce(at)).toMatchObject([{ id: 1, by: 'the-operate' }])
  })

  it.each([{ reason: 'all hands' }, { target: null, reason: 'all hands', for: null }])(
    'pauses everything without an end: %j',
    async (body) => {
      const { app } = createFixture()
      const answer = await request(app).post(path).send(body).expect(201)
      expect(answer.body).toMatchObject({ target: null, until: null, by: 'local' })
    },
  )

  it.each([
    [{}, 'expected {'],
    [{ reason: '' }, 'expected {'],
    [{ reason: '  ' }, 'expected {'],
    [{ reason: 'x'.repeat(501) }, 'expected {'],
    [{ reason: 'x', until: 'tomorrow' }, 'expected {'],
    [{ reason: 'x', target: 'web' }, 'target: found "web", expected a target such as'],
    [{ reason: 'x', target: '' }, 'target: found ""'],
    [{ reason: 'x', for: 'two hours' }, 'for: found "two hours"'],
    [{ reason: 'x', for: '0' }, 'for: expected a duration above zero'],
    [{ reason: 'x', for: '2y' }, 'for: expected a duration above zero'],
  ])('refuses %j', async (body, message) => {
    const { app, store } = createFixture()
    const answer = await request(app).post(path).send(body).expect(400)
    expect(answer.body.error.code).toBe('bad-request')
    expect(answer.body.error.message).toContain(message)
    expect(store.ledger.listPauses(10)).toEqual([])
  })

  it('keeps no secret of the reason', async () => {
    const { app, store } = createFixture()
    await request(app).post(path).send({ reason: 'see https://ada:s3cretpass@wiki/' }).expect(201)
    expect(JSON.stringify(store.ledger.listPauses(1))).not.toContain('s3cretpass')
  })

  it('is unavailable when it cannot be committed', async () => {
    const { app } = createFixture(({ pauses }) => ({
      pauses: {
        ...pauses,
        begin: () => {
          throw Object.assign(new Error('disk full'), { code: 'full' })
        },
      },
    }))
    await request(app).post(path).send(wanted).expect(503)
  })
})

describe('who may pause', () => {
  it.each<[Role, number, number]>([
    ['send', 403, 403],
    ['read', 200, 403],
    ['operate', 200, 201],
    ['admin', 200, 201],
  ])('%s: GET %i, POST %i', async (role, get, post) => {
    const { app } = createFixture({ tokens })
    const auth = [secretOf(role), { type: 'bearer' }] as const
    await request(app)
      .get(path)
      .auth(...auth)
      .expect(get)
    await request(app)
      .post(path)
      .auth(...auth)
      .send(wanted)
      .expect(post)
    const isAllowed = post === 201
    await request(app)
      .delete(`${path}/1`)
      .auth(...auth)
      .expect(isAllowed ? 200 : 403)
    await request(app)
      .delete(path)
      .auth(...auth)
      .expect(isAllowed ? 404 : 403)
  })
})

describe('GET /api/v1/pauses', () => {
  it('lists those in force, oldest first; with all=true also those that are over', async () => {
    const { app, store } = createFixture()
    const known = { reason: 'deploy', by: 'ada', until: null }
    store.ledger.beginPause({ ...known, target: 'local/shop/web', at: at - 3000, until: at - 1000 })
    store.ledger.beginPause({ ...known, target: null, at: at - 2000 })
    store.ledger.beginPause({ ...known, target: 'local/shop/db', at })
    const inForce = await request(app).get(path).expect(200)
    expect(inForce.body.pauses.map(({ id }: { id: number }) => id)).toEqual([2, 3])
    const all = await request(app).get(`${path}?all=true&limit=2`).expect(200)
    expect(all.body.pauses.map(({ id }: { id: number }) => id)).toEqual([3, 2])
    const { body } = await request(app).get(`${path}?all=true`).expect(200)
    expect(body.pauses[2]).toMatchObject({ inForce: false, endedAt: iso(at - 1000), endedBy: null })
  })
})

describe('DELETE /api/v1/pauses', () => {
  it('ends the pauses of exactly the target that is named, and wakes what waits for them', async () => {
    const kicked: string[] = []
    const { app, store } = createFixture(({ ledger: _, ...deps }) => ({ pauses: deps.pauses }))
    const { ledger } = store
    await store.inbox.accept(Buffer.from('{}'), at)
    for (const target of ['local/shop/web', 'local/shop/db']) {
      ledger.openIncident({
        ...{ target, runbook: 'down', mode: 'auto', severity: 'critical', notification: 1 },
        ...{ labels: {}, annotations: {}, openedAt: at },
      })
    }
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const clock = { now: () => at, monotonic: () => 0, sleep: async () => {} }
    const pauses = createPauses({ ledger, clock, log }, { kick: (target) => kicked.push(target) })
    pauses.begin({ target: 'local/shop/web', reason: 'a', by: 'ada', forMs: null })
    pauses.begin({ target: null, reason: 'b', by: 'ada', forMs: null })
    const { body } = await request(app).delete(`${path}?target=local/shop/web`).expect(200)
    expect(body.pauses).toMatchObject([{ id: 1, endedAt: iso(at), endedBy: 'local', inForce: false }])
    expect(ledger.pausesInForce(at).map(({ id }) => id)).toEqual([2])
    pauses.end({ target: null }, 'ben')
    expect(kicked).toEqual(['local/shop/web', 'local/shop/db'])
  })

  it('ends those of everything where no target is named', async () => {
    const { app, store } = createFixture()
    await request(app).post(path).send(wanted)
    await request(app).post(path).send({ reason: 'all hands' })
    const { body } = await request(app).delete(path).expect(200)
    expect(body.pauses).toMatchObject([{ id: 2, target: null }])
    expect(store.ledger.pausesInForce(at).map(({ id }) => id)).toEqual([1])
  })

  it.each(['', '?target=local/shop/db', '/2', '/nonsense', '/1e0'])('is not-found for %j', async (which) => {
    const { app, store } = createFixture()
    await request(app).post(path).send(wanted)
    const { body } = await request(app).delete(`${path}${which}`).expect(404)
    expect(body.error.code).toBe('not-found')
    expect(store.ledger.pausesInForce(at).length).toBe(1)
  })

  it('says which pauses are in force where the one that is meant is not', async () => {
    const { app } = createFixture()
    await request(app).post(path).send(wanted)
    const { body } = await request(app).delete(path).expect(404)
    expect(body.error.message).toBe('there is no pause of everything; in force: 1 of local/shop/web')
  })

  it('ends one by its id, once', async () => {
    const { app } = createFixture()
    await request(app).post(path).send(wanted)
    await request(app).delete(`${path}/1`).expect(200)
    await request(app).delete(`${path}/1`).expect(404)
  })
})
