import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/remediation/ledger.ts'
import { at, createFixture } from './fixture.ts'

const open = (ledger: Ledger, target: string, opened: { runbook?: string; openedAt?: number } = {}) =>
  ledger.openIncident({
    target,
    runbook: opened.runbook ?? 'container-down',
    mode: 'auto',
    severity: 'critical',
    notification: 1,
    labels: { alertname: 'Down', ['__proto__']: 'x' },
    annotations: { summary: '<script>alert(1)</script>' },
    openedAt: opened.openedAt ?? at,
  })

/** The store refers incidents and episodes to a stored notification. */
const createFilled = async () => {
  const fixture = createFixture()
  await fixture.store.inbox.accept(Buffer.from('{}'), at)
  return { ...fixture, ledger: fixture.store.ledger }
}

const report = (fingerprint: string) => ({
  status: 'firing' as const,
  fingerprint,
  labels: { alertname: 'Down' },
  annotations: {},
  startsAt: at - 60_000,
  endsAt: null,
})

describe('GET /api/v1/incidents', () => {
  it('shows each incident with the documented fields', async () => {
    const { app, ledger } = await createFilled()
    const { id } = open(ledger, 'local/shop/web')
    ledger.attachEpisode(ledger.openEpisode(report('00ff'), 1, at).id, id)
    ledger.changeIncident(id, { state: 'deferred', reason: 'cooling-down', until: at + 1500 }, at + 5)
    const { body } = await request(app).get('/api/v1/incidents').expect(200)
    expect(body).toEqual({
      incidents: [
        {
          id,
          target: 'local/shop/web',
          replica: null,
          runbook: 'container-down',
          mode: 'auto',
          severity: 'critical',
          state: 'deferred',
          outcome: null,
          reason: 'cooling-down',
          until: '2026-03-01T10:00:01.500Z',
          openedAt: '2026-03-01T10:00:00.000Z',
          updatedAt: '2026-03-01T10:00:00.005Z',
          endedAt: null,
          reopened: 0,
          notification: 1,
          attempts: 0,
          alerts: [{ fingerprint: '00ff', alertname: 'Down', state: 'firing' }],
        },
      ],
      nextCursor: null,
    })
  })

  it('goes through all of them, newest first, page by page, each once', async () => {
    const { app, ledger } = await createFilled()
    const ids = Array.from({ length: 5 }, (_, index) => open(ledger, `local/shop/s${index}`).id).reverse()
    const seen: number[] = []
    let cursor: string | null = ''
    let pages = 0
    while (cursor !== null) {
      const page: { body: { incidents: { id: number }[]; nextCursor: string | null } } = await request(app)
        .get('/api/v1/incidents')
        .query({ limit: 2, ...(cursor !== '' && { cursor }) })
        .expect(200)
      seen.push(...page.body.incidents.map(({ id }) => id))
      cursor = page.body.nextCursor
      pages += 1
    }
    expect(seen).toEqual(ids)
    expect(pages).toBe(3)
  })

  it('filters by state, target, runbook and time; "open" means every state but ended', async () => {
    const { app, ledger } = await createFilled()
    const [a, b, c] = [
      open(ledger, 'local/shop/a', { openedAt: at - 5000 }),
      open(ledger, 'local/shop/b', { runbook: 'unresponsive' }),
      open(ledger, 'local/shop/c'),
    ]
    ledger.changeIncident(b.id, { state: 'escalated', reason: 'ladder-exhausted' }, at)
    ledger.changeIncident(c.id, { state: 'ended', outcome: 'recovered', endedAt: at }, at)
    const ask = async (query: Record<string, string>) => {
      const { body } = await request(app).get('/api/v1/incidents').query(query).expect(200)
      return body.incidents.map(({ id }: { id: number }) => id)
    }
    expect(await ask({})).toEqual([c.id, b.id, a.id])
    expect(await ask({ state: 'open' })).toEqual([b.id, a.id])
    expect(await ask({ state: 'ended' })).toEqual([c.id])
    expect(await ask({ state: 'escalated,ended' })).toEqual([c.id, b.id])
    expect(await ask({ state: 'open,ended' })).toEqual([c.id, b.id, a.id])
    expect(await ask({ target: 'local/shop/b' })).toEqual([b.id])
    expect(await ask({ runbook: 'unresponsive' })).toEqual([b.id])
    expect(await ask({ since: '2026-03-01T11:00:00+01:00' })).toEqual([c.id, b.id])
    expect(await ask({ target: 'local/shop/b', state: 'ended' })).toEqual([])
  })

  it.each([
    ['state=nonsense', /parameter state: found "nonsense", expected a comma list of open, deferred/],
    ['state=', /parameter state: found ""/],
    ['limit=0', /parameter limit: found "0", expected an integer from 1 to 200/],
    ['limit=201', /parameter limit/],
    ['limit=1e2', /parameter limit/],
    ['limit=2&limit=3', /parameter limit: expected it only once/],
    ['since=yesterday', /parameter since: found "yesterday", expected an RFC 3339 time/],
    ['since=2026-02-30T00:00:00Z', /parameter since/],
    ['cursor=abc', /parameter cursor: found "abc"/],
    ['cursor=YmVmb3JlOjE*', /parameter cursor/],
    ['target=', /parameter target/],
    ['colour=red', /found the parameter "colour", expected state, target/],
    ['__proto__=1', /found the parameter "__proto__"/],
  ])('refuses %s and says what it found and expected', async (query, message) => {
    const { app } = createFixture()
    const { body } = await request(app).get(`/api/v1/incidents?${query}`).expect(400)
    expect(body.error).toEqual({ code: 'bad-request', message: expect.stringMatching(message) })
  })
})

describe('GET /api/v1/incidents/{id}', () => {
  it('adds timeline, proposal, history and diagnosis', async () => {
    const { app, ledger } = await createFilled()
    const { id, target, runbook } = open(ledger, 'local/shop/web')
    const verdict = {
      guard: 'mode',
      verdict: 'ask',
      reason: 'advise-only',
      detail: 'mode is advise',
      until: at,
    } as const
    const action = { kind: 'start', target, containers: [{ id: 'c1', name: 'web-1', ifStartedAt: null }] } as const
    const proposal = {
      id: 'p1',
      rung: 0,
      rungName: 'start',
      risk: 'low',
      actions: [action],
      verdicts: [verdict],
    } as const
    ledger.append({ incident: id, at, kind: 'incident-opened', text: 'it is down', data: { b: 1 } })
    const attempt = ledger.reserveAttempt({
      incident: id,
      target,
      runbook,
      rung: 0,
      rungName: 'start',
      actions: [action],
      verdicts: [verdict],
      evidence: [{ check: 'running', before: 'exited', after: null, at }],
      reservedAt: at,
    })
    ledger.changeAttempt(attempt.id, { state: 'done', proof: 'recovered', actedAt: at + 1, settledAt: at + 2 })
    ledger.changeIncident(id, { state: 'awaiting_approval', proposal }, at)
    const { body } = await request(app).get(`/api/v1/incidents/${id}`).expect(200)
    const time = '2026-03-01T10:00:00.000Z'
    expect(body).toMatchObject({ id, attempts: 1, diagnosis: { causes: [] } })
    expect(body.timeline).toEqual([
      { seq: expect.any(Number), at: time, kind: 'incident-opened', text: 'it is down', data: { b: 1 } },
    ])
    expect(body.proposal).toEqual({ ...proposal, verdicts: [{ ...verdict, until: time }], approval: null })
    expect(body.history).toEqual([
      {
        id: attempt.id,
        rung: 0,
        rungName: 'start',
        state: 'done',
        proof: 'recovered',
        actions: [action],
        verdicts: [{ ...verdict, until: time }],
        evidence: [{ check: 'running', before: 'exited', after: null, at: time }],
        detail: '',
        reservedAt: time,
        actedAt: '2026-03-01T10:00:00.001Z',
        settledAt: '2026-03-01T10:00:00.002Z',
        undo: null,
      },
    ])
  })

  it('holds no HTML, whatever the alert says', async () => {
    const { app, ledger } = await createFilled()
    const { id } = open(ledger, 'local/shop/web')
    const { text, body } = await request(app).get(`/api/v1/incidents/${id}`).expect(200)
    expect(text).not.toMatch(/[<>]/)
    expect(body.annotations.summary).toBe('<script>alert(1)</script>')
    expect(text).toContain('"__proto__":"x"')
  })

  it.each(['7', '0', '-1', '1e1', 'x', '99999999999999999999', '..%2f1'])('"%s" is not there', async (id) => {
    const { app } = createFixture()
    const { body } = await request(app).get(`/api/v1/incidents/${id}`).expect(404)
    expect(body.error.code).toBe('not-found')
  })
})

describe('GET /api/v1/alerts', () => {
  it('finds those that were not routed behind any number of those that were', async () => {
    const { app, ledger } = await createFilled()
    const incident = open(ledger, 'local/shop/web').id
    ledger.openEpisode(report('first'), 1, at)
    ledger.transaction(() => {
      for (let index = 0; index < 6_000; index += 1)
        ledger.attachEpisode(ledger.openEpisode(report(`f${index}`), 1, at).id, incident)
    })
    const { body } = await request(app).get('/api/v1/alerts?routed=false&limit=5').expect(200)
    expect(body.alerts.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).toEqual(['first'])
    const routed = await request(app).get('/api/v1/alerts?routed=true&limit=5').expect(200)
    expect(routed.body.alerts.length).toBe(5)
  })

  it('says of each why something happened: the state of its incident, and how it ended', async () => {
    const { app, ledger } = await createFilled()
    const { id } = open(ledger, 'local/shop/web')
    ledger.attachEpisode(ledger.openEpisode(report('aa'), 1, at).id, id)
    const why = async () => (await request(app).get('/api/v1/alerts').expect(200)).body.alerts[0].why
    ledger.changeIncident(id, { state: 'deferred', reason: 'cooling-down', until: at }, at)
    expect(await why()).toBe(`incident ${id} on local/shop/web waits (cooling-down)`)
    ledger.changeIncident(id, { state: 'ended', outcome: 'recovered', reason: null, endedAt: at }, at)
    expect(await why()).toBe(`incident ${id} on local/shop/web recovered, and it was proven`)
  })

  it('shows episodes, and why nothing happened', async () => {
    const { app, ledger } = await createFilled()
    const taken = ledger.openEpisode(report('aa'), 1, at)
    const left = ledger.openEpisode(report('bb'), 1, at)
    ledger.attachEpisode(taken.id, open(ledger, 'local/shop/web').id)
    ledger.disposeEpisode(left.id, { reason: 'no-route', detail: 'no runbook matches' })
    ledger.closeEpisode(left.id, 'resolved', at + 1000)
    const all = await request(app).get('/api/v1/alerts').expect(200)
    expect(all.body.alerts.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).toEqual(['bb', 'aa'])
    const unrouted = await request(app).get('/api/v1/alerts?routed=false').expect(200)
    expect(unrouted.body.alerts).toEqual([
      {
        fingerprint: 'bb',
        alertname: 'Down',
        labels: { alertname: 'Down' },
        state: 'resolved',
        startsAt: '2026-03-01T09:59:00.000Z',
        openedAt: '2026-03-01T10:00:00.000Z',
        lastSeenAt: '2026-03-01T10:00:00.000Z',
        listedAt: null,
        closedAt: '2026-03-01T10:00:01.000Z',
        openedBy: 'notification',
        notification: 1,
        incident: null,
        reason: 'no-route',
        detail: 'no runbook matches',
        why: 'resolved, says Alertmanager; no incident took it: no-route (no runbook matches)',
      },
    ])
    const routed = await request(app).get('/api/v1/alerts?routed=true').expect(200)
    expect(routed.body.alerts).toMatchObject([{ fingerprint: 'aa', reason: null, detail: null }])
    await request(app).get('/api/v1/alerts?routed=maybe').expect(400)
  })
})

describe('the other endpoints', () => {
  it('status and runbooks answer what they are given', async () => {
    const { app } = createFixture()
    const status = await request(app).get('/api/v1/status').expect(200)
    expect(status.body).toEqual({
      docker: { local: 'up' },
      prometheus: 'up',
      alertmanager: ['up'],
      storm: false,
      paused: false,
      mode: 'auto',
    })
    const runbooks = await request(app).get('/api/v1/runbooks').expect(200)
    expect(runbooks.body).toEqual({ runbooks: [], broken: [{ file: 'bad.ts', detail: 'it throws' }] })
  })

  it('healthy answers always; ready says why not', async () => {
    const { app } = createFixture({ isReady: () => ({ ready: false, reason: 'the storage is not writable' }) })
    await request(app).get('/-/healthy').expect(200)
    const { body } = await request(app).get('/-/ready').expect(503)
    expect(body.error).toEqual({ code: 'unavailable', message: 'the storage is not writable' })
    await request(createFixture().app).get('/-/ready').expect(200)
    await request(createFixture({ isDraining: () => true }).app)
      .get('/-/ready')
      .expect(503)
  })

  it('metrics are served in the format that they are in', async () => {
    const answer = await request(createFixture().app).get('/metrics').expect(200)
    expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4')
    expect(answer.text).toBe('up 1\n')
  })

  it('an unknown path is answered with 404 as JSON, a badly encoded one with 400, neither with a redirect', async () => {
    const { app, requests } = createFixture()
    for (const path of ['/', '/api/v1/incidents/1/settle', '/api/v2/alerts', '/api/v1', '/<script>']) {
      const { body } = await request(app).get(path).redirects(0).expect(404)
      expect(body).toEqual({ error: { code: 'not-found', message: expect.any(String) } })
    }
    const { body } = await request(app).get('/api/v1/incidents/%zz').expect(400)
    expect(body.error.code).toBe('bad-request')
    await expect.poll(() => new Set(requests.map(({ route }) => route))).toEqual(new Set(['other']))
  })
})
