import { alertInactive, defineRunbook, healthy, probe, query, recreate, restart, running, start, Type } from 'selfheal'
import { simulate, type World } from 'selfheal/testing'
import { describe, expect, test } from 'vitest'

const texts = { summary: 's', meaning: 'm', impact: 'i', mitigation: 'm' } as const
const alert = { labels: { alertname: 'Sick', symptom: 'sick', service: 'web' } }

/** Start what is down, else restart; then replace. */
const ladder = defineRunbook({
  ...texts,
  name: 'ladder',
  urgency: 'errors',
  match: ['symptom="sick"'],
  labels: Type.Object({ service: Type.String({ pattern: '^[a-z]+$' }) }),
  parameters: Type.Object({ strategy: Type.Enum(['all', 'rolling'], { default: 'rolling' }) }),
  ladder: [
    {
      name: 'start',
      risk: 'low',
      when: ({ target }) => target.replicas.some(({ state }) => state !== 'running'),
      plan: ({ target }) => [start(target)],
      verify: [running(), probe({ port: 80 })],
      within: '30s',
      stableFor: '10s',
    },
    {
      name: 'restart',
      risk: 'low',
      plan: ({ target, parameters }) => [restart(target, { strategy: parameters.strategy })],
      verify: [probe({ port: 80 })],
      within: '30s',
      stableFor: '10s',
    },
    {
      name: 'recreate',
      risk: 'medium',
      plan: ({ target }) => [recreate(target)],
      verify: [query({ expr: 'errors{service="$service"}', is: '<', than: 0.05, window: '1m' })],
      within: '60s',
      stableFor: '10s',
    },
  ],
  escalate: { severity: 'critical', summary: ({ labels }) => `${labels.service} is still sick` },
})

const metric: World['metric'] = (_, { wellForMs }) => (wellForMs > 60_000 ? 0 : 0.5)

describe('simulate', () => {
  test('climbs until the proof of a rung holds', async () => {
    const run = await simulate(ladder, { alert, world: { curedBy: 'restart' } })
    expect(run).toMatchObject({ outcome: 'recovered', reason: null, escalation: null, isWell: true })
    expect(run.attempts).toMatchObject([{ rung: 'restart', proof: 'recovered', actions: [{ strategy: 'rolling' }] }])
    // 2 s until it is ready, 10 s of holding, polls every 2 s.
    expect(run.attempts[0]?.tookMs).toBe(12_200)
    expect(run.tookMs).toBe(12_200)
    expect(run.timeline.map(({ kind }) => kind)).toContain('rung-skipped')
  })

  test('goes on to the next rung when a proof says not recovered', async () => {
    const run = await simulate(ladder, { alert, world: { curedBy: 'recreate', metric } })
    expect(run.attempts.map(({ rung, proof }) => [rung, proof])).toEqual([
      ['restart', 'not_recovered'],
      ['recreate', 'recovered'],
    ])
    expect(run.attempts[1]?.evidence).toEqual([
      {
        check: 'query errors{service="$service"} < 0.05',
        before: 'data is clear of the fault in 45 s',
        after: '1 of 1 series < 0.05, values 0',
      },
    ])
  })

  test('tells people when nothing helps', async () => {
    const run = await simulate(ladder, { alert, world: { curedBy: 'nothing', metric } })
    expect(run).toMatchObject({
      outcome: 'escalated',
      reason: 'ladder-exhausted',
      escalation: { severity: 'critical', summary: 'web is still sick' },
      isWell: false,
    })
    expect(run.attempts).toHaveLength(2)
  })

  test('tells people when the proof cannot be seen, and does not climb', async () => {
    const world = { curedBy: 'recreate', probe: () => 503 } as const
    const run = await simulate(ladder, { alert, world })
    expect(run).toMatchObject({ outcome: 'escalated', reason: 'proof-unknown', isWell: true })
  })

  test('starts what is down, as often as it ends', async () => {
    const down = { fault: 'down', replicas: 2 } as const
    const started = await simulate(ladder, { alert, world: { ...down, curedBy: 'start' } })
    expect(started.attempts).toMatchObject([{ rung: 'start', proof: 'recovered' }])
    const restarted = await simulate(ladder, { alert, world: { ...down, curedBy: 'restart' } })
    expect(restarted.attempts.map(({ rung, proof }) => [rung, proof])).toEqual([
      ['start', 'not_recovered'],
      ['restart', 'recovered'],
    ])
  })

  test('lets the author decide which action cures', async () => {
    const second: World['curedBy'] = (action, done) => action.kind === 'recreate' && done.length === 1
    expect(await simulate(ladder, { alert, world: { curedBy: second, metric } })).toMatchObject({
      outcome: 'recovered',
    })
  })

  test('does nothing for a service that is well already', async () => {
    const run = await simulate(ladder, { alert, world: { curedBy: 'nothing', probe: () => 200 } })
    expect(run).toMatchObject({ outcome: 'recovered_without_action', attempts: [] })
  })

  test('gives the same account every time', async () => {
    const simulation = { alert, world: { curedBy: 'recreate', metric } } as const
    expect(await simulate(ladder, simulation)).toEqual(await simulate(ladder, simulation))
  })

  test('runs one after the other when two are begun at once, also after one that failed', async () => {
    const simulation = { alert, world: { curedBy: 'restart' } } as const
    const [failed, first, second] = await Promise.allSettled([
      simulate(ladder, { ...simulation, alert: { labels: {} } }),
      simulate(ladder, simulation),
      simulate(ladder, simulation),
    ])
    expect(failed).toMatchObject({ status: 'rejected' })
    expect(first).toMatchObject({ status: 'fulfilled', value: { outcome: 'recovered' } })
    expect(second).toEqual(first)
  })

  test('says why an alert leads to no incident', async () => {
    const world = { curedBy: 'restart' } as const
    const stranger = { labels: { ...alert.labels, symptom: 'well' } }
    await expect(simulate(ladder, { alert: stranger, world })).rejects.toThrow('no incident of ladder: no-route')
    const hostile = { labels: { ...alert.labels, service: '../etc' } }
    await expect(simulate(ladder, { alert: hostile, world })).rejects.toThrow('labels-invalid: label service')
  })

  test('refuses a runbook, or parameters, that the engine would not load', async () => {
    const world = { curedBy: 'restart' } as const
    const broken = { ...ladder, name: 'Not A Name' }
    await expect(simulate(broken, { alert, world })).rejects.toThrow('name: found "Not A Name", expected at most 64')
    const parameters = { strategy: 'fast' }
    await expect(simulate(ladder, { alert, world, parameters })).rejects.toThrow('parameter strategy: found "fast"')
  })
})

describe('what cannot be simulated', () => {
  test.each([
    ['a mistyped name', { curedBy: 'nothing', replica: 3 }, 'world.replica: found an unknown property'],
    ['no cure', {}, 'world.curedBy: found nothing, expected'],
    ['a cure that is no action', { curedBy: 'reboot' }, 'world.curedBy: found "reboot"'],
    ['words for a duration', { curedBy: 'restart', readyAfter: '2 sec' }, 'world.readyAfter: found "2 sec"'],
    ['no replicas', { curedBy: 'restart', replicas: 0 }, 'world.replicas: found 0'],
    [
      'a metric that is awaited',
      { curedBy: 'restart', metric: async () => 1 },
      'world.metric: found an async function',
    ],
  ])('is refused with its place: %s', async (_, world, message) => {
    await expect(simulate(ladder, { alert, world: world as unknown as World })).rejects.toThrow(message)
  })
})

describe('the checks in a simulation', () => {
  const proving = (verify: Parameters<typeof defineRunbook>[0]['ladder'][0]['verify']) =>
    defineRunbook({
      ...texts,
      name: 'proving',
      urgency: 'errors',
      match: ['symptom="sick"'],
      labels: Type.Object({}),
      ladder: [
        {
          name: 'restart',
          risk: 'low',
          plan: ({ target }) => [restart(target)],
          verify,
          within: '2m',
          stableFor: '10s',
        },
      ],
      escalate: { severity: 'critical', summary: () => 's' },
    })

  test('healthy() waits for a health check that was begun after the act', async () => {
    const run = await simulate(proving([healthy()]), { alert, world: { curedBy: 'restart', healthCheck: true } })
    expect(run.attempts).toMatchObject([
      {
        proof: 'recovered',
        evidence: [{ before: 'shop-web-1 is unhealthy', after: '1 of 1 healthy' }],
        tookMs: 16_200,
      },
    ])
    const sick = await simulate(proving([healthy()]), { alert, world: { curedBy: 'nothing', healthCheck: true } })
    expect(sick).toMatchObject({ outcome: 'escalated', attempts: [{ proof: 'not_recovered' }] })
  })

  test('alertInactive() waits until Prometheus would have sent the alert again', async () => {
    const checks = [running(), alertInactive()] as const
    const run = await simulate(proving([...checks]), { alert, world: { curedBy: 'restart', alertLasts: '20s' } })
    expect(run.attempts).toMatchObject([{ proof: 'recovered' }])
    expect(run.tookMs).toBeGreaterThan(75_000 + 20_000 + 30_000)
    const sick = await simulate(proving([...checks]), { alert, world: { curedBy: 'nothing' } })
    expect(sick).toMatchObject({ outcome: 'escalated', attempts: [{ proof: 'not_recovered' }] })
  })

  test('a query without data proves nothing', async () => {
    const checks = [query({ expr: 'errors', is: '<', than: 1, window: '1m' })] as const
    const run = await simulate(proving([...checks]), { alert, world: { curedBy: 'restart' } })
    expect(run).toMatchObject({ outcome: 'escalated', reason: 'proof-unknown', isWell: true })
  })
})
