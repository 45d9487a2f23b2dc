import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/remediation/ledger.ts'
import { at, createFixture, secretOf, tokens } from './fixture.ts'

const proposal = {
  id: 'p-1',
  rung: 0,
  rungName: 'start',
  risk: 'low',
  actions: [{ kind: 'start', target: 'local/shop/web', containers: [{ id: 'a', name: 'web-1', ifStartedAt: null }] }],
  verdicts: [{ guard: 'mode', verdict: 'ask', reason: 'advise-only', detail: 'mode is advise', until: null }],
} as const

const open = (ledger: Ledger, state: 'awaiting_approval' | 'escalated' = 'awaiting_approval') => {
  const { id } = ledger.openIncident({
    target: 'local/shop/web',
    runbook: 'container-down',
    mode: 'advise',
    severity: 'critical',
    notification: 1,
    labels: {},
    annotations: {},
    openedAt: at,
  })
  const waiting = { state, reason: 'advise-only', until: at + 60_000, proposal } as const
  ledger.changeIncident(id, state === 'escalated' ? { state, reason: 'proof-unknown' } : waiting, at)
  return id
}

const verbs = ['approve', 'reject', 'ack', 'close'] as const
const bodies = { approve: { proposal: 'p-1' }, reject: { proposal: 'p-1' }, ack: {}, close: {} } as const
const stateFor = (verb: (typeof verbs)[number]) => (verb === 'ack' ? 'escalated' : 'awaiting_approval')
const path = (id: number | string, verb: string) => `/api/v1/incidents/${id}/${verb}`

describe.each(verbs)('POST /api/v1/incidents/{id}/%s', (verb) => {
  it.each([
    ['send', 403],
    ['read', 403],
    ['operate', 200],
    ['admin', 200],
  ] as const)('answers the role %s with %i', async (role, status) => {
    const { app, store, kicked } = createFixture({ tokens })
    const id = open(store.ledger, stateFor(verb))
    const before = store.ledger.incident(id)
    await request(app)
      .post(path(id, verb))
      .set('Authorization', `Bearer ${secretOf(role)}`)
      .send({ ...bodies[verb], comment: 'because' })
      .expect(status)
    const said = store.ledger.timeline(id)
    if (status === 200) expect(said[0]?.data).toMatchObject({ by: `the-${role}` })
    else
      expect({ said, kicked, incident: store.ledger.incident(id) }).toEqual({ said: [], kicked: [], incident: before })
  })

  it('answers without a token with 401', async () => {
    const { app, store } = createFixture({ tokens })
    const id = open(store.ledger, stateFor(verb))
    await request(app).post(path(id, verb)).send(bodies[verb]).expect(401)
    expect(store.ledger.timeline(id)).toEqual([])
  })

  it('calls whoever decides `local` where no tokens are configured', async () => {
    const { app, store } = createFixture()
    const id = open(store.ledger, stateFor(verb))
    await request(app).post(path(id, verb)).send(bodies[verb]).expect(200)
    expect(store.ledger.timeline(id)[0]?.data.by).toBe('local')
  })

  it.each(['77', '0', 'abc', '1e3'])('knows no incident %s', async (id) => {
    const { app } = createFixture()
    const { body } = await request(app).post(path(id, verb)).send(bodies[verb]).expect(404)
    expect(body.error.code).toBe('not-found')
  })

  it.each([{ comment: 5 }, { unknown: true }, [], 'text', { comment: 'x'.repeat(10_001) }])(
    'takes no other body: %j',
    async (body) => {
      const { app, store } = createFixture()
      const id = open(store.ledger, stateFor(verb))
      const sent = Array.isArray(body) || typeof body === 'string' ? body : { ...bodies[verb], ...body }
      const answer = await request(app)
        .post(path(id, verb))
        .set('Content-Type', 'application/json')
        .send(JSON.stringify(sent))
        .expect(400)
      expect(answer.body.error.code).toBe('bad-request')
      expect(store.ledger.timeline(id)).toEqual([])
    },
  )

  it('is no GET', async () => {
    const { app, store } = createFixture()
    await request(app)
      .get(path(open(store.ledger), verb))
      .expect(405)
  })

  it('is not done for a page of another origin', async () => {
    const { app, store } = createFixture()
    const id = open(store.ledger, stateFor(verb))
    await request(app).post(path(id, verb)).set('Origin', 'http://elsewhere.example').send(bodies[verb]).expect(403)
    expect(store.ledger.timeline(id)).toEqual([])
  })

  it('says 503 and changes nothing when the storage cannot commit it', async () => {
    const full = Object.assign(new Error('no room'), { code: 'full' })
    const fail = () => {
      throw full
    }
    const decisions = { approve: fail, reject: fail, acknowledge: fail, close: fail }
    const { app, store } = createFixture({ decisions })
    const id = open(store.ledger, stateFor(verb))
    const { body } = await request(app).post(path(id, verb)).send(bodies[verb]).expect(503)
    expect(body.error.code).toBe('unavailable')
  })
})

describe('POST /api/v1/incidents/{id}/approve', () => {
  it('answers with the incident and its approval, and wakes the engine for the target', async () => {
    const { app, store, kicked } = createFixture()
    const id = open(store.ledger)
    const { body } = await request(app)
      .post(path(id, 'approve'))
      .send({ proposal: 'p-1', comment: 'go on', overBudget: true })
      .expect(200)
    expect(body).toMatchObject({
      id,
      state: 'open',
      until: null,
      proposal: {
        id: 'p-1',
        approval: {
          by: 'local',
          comment: 'go on',
          at: '2026-03-01T10:00:00.000Z',
          until: '2026-03-01T11:00:00.000Z',
          overBudget: true,
        },
      },
    })
    expect(body.timeline.map(({ kind }: { kind: string }) => kind)).toEqual(['approved'])
    expect(kicked).toEqual(['local/shop/web'])
  })

  it('wants the proposal to be named', async () => {
    const { app, store } = createFixture()
    await request(app)
      .post(path(open(store.ledger), 'approve'))
      .send({})
      .expect(400)
  })

  it.each([
    ['already-decided', 'p-1', at],
    ['superseded', 'p-2', at],
    ['expired', 'p-1', at - 60_000],
  ] as const)('answers 409 %s', async (code, named, askedAt) => {
    const { app, store } = createFixture()
    const id = open(store.ledger)
    store.ledger.changeIncident(id, { until: askedAt + 60_000 }, askedAt)
    if (code === 'already-decided') await request(app).post(path(id, 'approve')).send({ proposal: 'p-1' }).expect(200)
    const { body } = await request(app).post(path(id, 'approve')).send({ proposal: named }).expect(409)
    expect(body.error.code).toBe(code)
  })

  it('answers 409 not-awaiting where nothing waits', async () => {
    const { app, store } = createFixture()
    const id = open(store.ledger, 'escalated')
    const { body } = await request(app).post(path(id, 'approve')).send({ proposal: 'p-1' }).expect(409)
    expect(body.error.code).toBe('not-awaiting')
  })

  it('lets exactly one of many who approve at once win', async () => {
    const { app, store } = createFixture({ tokens })
    const id = open(store.ledger)
    const ask = (role: 'operate' | 'admin') =>
      request(app)
        .post(path(id, 'approve'))
        .set('Authorization', `Bearer ${secretOf(role)}`)
        .send({ proposal: 'p-1' })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => ask(index % 2 ? 'operate' : 'admin')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)])
    expect(store.ledger.timeline(id).length).toBe(1)
  })
})
