import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { curedByRestart, incurable } from '../../support/simulated-engine.ts'
import { sample } from '../../support/simulated-metrics.ts'

const hourMs = 3_600_000

const linesOf = (world: EngineWorld, incident: number) =>
  world.lines.filter(({ fields }) => fields.incident === incident)

test('a service that is down is started, proven to run, and ends as recovered with a complete timeline', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  const notification = await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  const incident = world.incident(web)
  expect(incident).toMatchObject({ outcome: 'recovered', reason: null, until: null, reopened: 0, notification })
  expect(incident).toMatchObject({ runbook: 'container-down', severity: 'critical', mode: 'auto' })
  expect(world.kinds(web)).toEqual([
    'incident-opened',
    'attempt-reserved',
    'attempt-acting',
    'attempt-acted',
    'proof-started',
    'proof-settled',
    'incident-ended',
  ])
  const times = world.timeline(web).map(({ at }) => at)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(world.engine.performed.map(({ action }) => action.kind)).toEqual(['start'])
  expect(world.deliveries()).toEqual([])
})

test('a recovery by running alone is claimed after 30 s without interruption, not before', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  const [attempt] = world.attempts(web)
  expect(attempt).toMatchObject({ state: 'done', proof: 'recovered', rung: 0, rungName: 'start' })
  expect((attempt?.settledAt ?? 0) - (attempt?.actedAt ?? 0)).toBeGreaterThanOrEqual(30_000)
  expect(attempt?.evidence).toMatchObject([
    { check: 'running', before: 'shop-web-1 is exited, exit code 1', after: '1 of 1 running' },
  ])
})

test('every line of the log about an incident carries the id of the notification that opened it', async () => {
  const world = createWorld({ receivers: [] })
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('other'))
  const notification = await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  const lines = linesOf(world, world.incident(web).id)
  expect(lines.length).toBeGreaterThanOrEqual(world.timeline(web).length - 1)
  expect(new Set(lines.map(({ fields }) => fields.notification))).toEqual(new Set([notification]))
  expect(lines.map(({ phrase }) => phrase)).toContain('escalated with no receiver configured')
})

test('the ladder climbs to the restart when the start does not help, without waiting for the cooldown', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'recovered', rung: 1 })
  expect(world.attempts(web).map(({ rungName, proof }) => [rungName, proof])).toEqual([
    ['start', 'not_recovered'],
    ['restart', 'recovered'],
  ])
  const [first, second] = world.attempts(web)
  expect((second?.reservedAt ?? 0) - (first?.settledAt ?? 0)).toBeLessThan(1_000)
})

test('a fault that no rung cures escalates with the account, and is never touched again over two days of repeats', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web', 'down', { team: 'web', environment: 'prod', instance: '10.0.0.7:9100', job: 'shop' }))
  world.repeat(
    alertOn('web', 'down', { team: 'web', environment: 'prod', instance: '10.0.0.7:9100', job: 'shop' }),
    hourMs / 4,
  )
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('ladder-exhausted')
  const [first, second] = world.deliveries()
  expect([first?.receiver, second?.receiver]).toEqual(['alertmanager', 'webhook'])
  expect(second?.message).toEqual(first?.message)
  expect(first?.message.labels).toEqual({
    alertname: 'SelfhealEscalation',
    severity: 'critical',
    selfheal_origin: 'escalation',
    selfheal_target: web,
    selfheal_runbook: 'container-down',
    selfheal_stage: 'ladder-exhausted',
    team: 'web',
    environment: 'prod',
  })
  const { summary, description } = first?.message.annotations ?? {}
  expect(summary).toBe('local/shop/web does not run')
  expect(description).toContain('Seen:\n  alert Test_down, incident 1 open since 2026-01-01T00:00:00.000Z')
  expect(description).toContain('  shop-web-1: exited, exit code 1, image example/web:1')
  expect(description).toMatch(
    /Tried:\n.* rung "start": start shop-web-1 -> done.*\n.* rung "restart": restart shop-web-1/,
  )
  expect(description).toMatch(
    /Proven:\n {2}rung "start": not recovered\n {4}running: before: .*; after: shop-web-1 is exited/,
  )
  expect(description).toContain('What to do: What a person does.')
  await world.run(48 * hourMs)
  expect(world.engine.performed.length).toBe(2)
  expect(world.incident(web)).toMatchObject({ id: 1, state: 'escalated' })
  expect(world.kinds(web).filter((kind) => kind === 'escalated')).toEqual(['escalated'])
})

test('an escalated incident ends when its alerts have closed and the target runs, and people are told', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  await world.resolve(alertOn('web'))
  await world.run(hourMs)
  expect(world.incident(web).state, 'resolved alone says nothing').toBe('escalated')
  world.engine.startByPerson(web)
  await world.run(20_000)
  expect(world.incident(web).state, 'running for a moment says nothing').toBe('escalated')
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'resolved' })
  expect(world.deliveries().map(({ receiver, message }) => [receiver, message.status])).toEqual([
    ['alertmanager', 'resolved'],
    ['webhook', 'resolved'],
  ])
})

test('an escalated incident stays while its alert fires, however well the target looks', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  world.engine.startByPerson(web)
  await world.run(hourMs)
  expect(world.incident(web).state).toBe('escalated')
})

test('a target that already runs is left alone, and the incident says that nothing was done', async () => {
  const world = createWorld()
  const web = world.add('web')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered_without_action')
  expect(world.engine.performed).toEqual([])
  expect(world.attempts(web)).toEqual([])
})

test('a target that has just come back is watched until it has run for 30 s, and then left alone', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.startByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(1_000)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'already-recovered' })
  expect(world.incident(web).until).toBe(world.clock.now() + 29_000)
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered_without_action')
  expect(world.engine.performed).toEqual([])
})

test('a target that starts again and again is not young for ever: it is acted on, and people are told', async () => {
  const world = createWorld()
  const web = world.add('web')
  const crashEvery = (): void => {
    world.engine.startByPerson(web)
    world.clock.after(20_000, crashEvery)
  }
  crashEvery()
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), hourMs / 12)
  await world.untilState(web, 'escalated')
  expect(world.engine.performed.length).toBeGreaterThan(0)
})

test('rungs that have nothing to do are skipped, and the skip is recorded when a later rung is climbed', async () => {
  const world = createWorld()
  const web = world.add('web', { count: 1 })
  for (const replica of world.engine.service(web).replicas) replica.state = 'restarting'
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.kinds(web).slice(0, 3)).toEqual(['incident-opened', 'rung-skipped', 'attempt-reserved'])
  expect(world.timeline(web)[1]?.text).toBe('rung "start" skipped: its condition does not hold')
  expect(world.attempts(web).map(({ rung }) => rung)).toEqual([1])
})

test('several replicas are healed together, and one that stays down is not a recovery', async () => {
  const world = createWorld()
  const web = world.add('web', { count: 3 })
  world.engine.crash(web)
  const last = world.engine.service(web).replicas[2]
  if (last !== undefined) last.fault = incurable
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  expect(world.engine.performed[0]?.action.containers.map(({ name }) => name)).toEqual([
    'shop-web-1',
    'shop-web-2',
    'shop-web-3',
  ])
  expect(world.attempts(web).map(({ proof }) => proof)).toEqual(['not_recovered', 'not_recovered'])
})

test('the target goes away: the incident ends, whatever it was doing', async () => {
  const world = createWorld()
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.crash(lineage, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  await world.fire(alertOn('shop'))
  await world.untilState(shop, 'escalated')
  world.engine.remove(shop)
  await world.resolve(alertOn('shop'))
  await world.untilState(shop, 'ended')
  expect(world.incident(shop).outcome).toBe('target_gone')
  expect(world.deliveries().filter(({ message }) => message.labels.selfheal_target === shop).length).toBe(2)
})

test('the target goes away during the last proof: people are told all the same', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.until(
    'the second proof',
    () => world.attempts(web).length === 2 && world.find(web)?.state === 'verifying',
  )
  world.engine.remove(web)
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ reason: 'ladder-exhausted' })
  expect(world.deliveries().length).toBe(2)
})

test('the target goes away after an act that did not help, and its alert fires on: people are told', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  world.engine.remove(web)
  await world.until('it is missed', () => world.incident(web).reason === 'no-target')
  await world.run(59_000)
  expect(world.incident(web).state).toBe('deferred')
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ reason: 'no-target' })
  expect(world.deliveries().length).toBe(2)
})

test('the target goes away after an act that did not help, and its alert closes: nobody needs to know', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  world.engine.remove(web)
  await world.until('it is missed', () => world.incident(web).reason === 'no-target')
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'target_gone' })
  expect(world.deliveries()).toEqual([])
})

test('what was done before the incident was reopened does not count when its target goes away', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  await world.run(1_000)
  expect(world.attempts(web).map(({ proof }) => proof)).toEqual(['not_recovered', 'recovered'])
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(1_000)
  world.engine.remove(web)
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ reopened: 1, outcome: 'target_gone' })
  expect(world.deliveries()).toEqual([])
})

test('a target that a person removes and creates again is still the same target', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(60_000)
  world.engine.remove(web)
  await world.run(40_000)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'no-target' })
  world.add('web')
  world.engine.crash(web)
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, outcome: 'recovered' })
})

test('a target that does not come back ends its incident after a minute', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(60_000)
  world.engine.remove(web)
  const from = world.clock.now()
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('target_gone')
  expect(world.clock.now() - from).toBeGreaterThanOrEqual(60_000)
  expect(world.clock.now() - from).toBeLessThanOrEqual(91_000)
})

test('a call that the engine refuses to answer with success is looked at, and the next rung follows at once', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  world.engine.behaviour = (call) => (call === 1 ? 'fail' : 'normal')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  const [first, second] = world.attempts(web)
  expect(first).toMatchObject({ state: 'failed', proof: 'not_recovered' })
  expect(first?.detail).toContain('no space left on device')
  expect((second?.reservedAt ?? 0) - (first?.actedAt ?? 0)).toBeLessThan(5_000)
})

test('a call that hangs for ever is given up at its deadline, and only a look says what it led to', async () => {
  const world = createWorld()
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.crash(lineage)
  world.engine.behaviour = (call) => (call === 1 ? 'hang' : call === 2 ? 'effect-then-hang' : 'normal')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'acting')
  await world.fire(alertOn('shop'))
  await world.untilState(web, 'ended')
  await world.untilState(shop, 'ended')
  expect(world.attempts(web).map(({ state, proof }) => [state, proof])).toEqual([
    ['unknown', 'not_recovered'],
    ['done', 'recovered'],
  ])
  expect(world.attempts(shop).map(({ state, proof }) => [state, proof])).toEqual([['unknown', 'recovered']])
})

test('data counts from the end of the call on, however long the call took', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.callMs = 20_000
  world.metrics.answer = (_, at) => [sample(world.engine.performed.length === 0 ? 1 : 0, at)]
  await world.fire(alertOn('web', 'errors'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  const calledAt = world.engine.performed[0]?.at ?? 0
  const after = world.metrics.asked.filter(({ at }) => at > calledAt)
  // The call, the window of two minutes, and one scrape.
  expect(after[0]?.at).toBeGreaterThanOrEqual(calledAt + 20_000 + 120_000 + 15_000)
})

test('what the adapter refuses is not done and not climbed: it decides anew after the cooldown, within the budget', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  world.engine.behaviour = (call) => (call === 1 ? 'refuse' : 'normal')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'deferred')
  expect(world.incident(web)).toMatchObject({ reason: 'cooling-down', rung: 0 })
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.attempts(web).map(({ rung, state }) => [rung, state])).toEqual([
    [0, 'failed'],
    [0, 'done'],
  ])
})

test('an idle hour costs a few looks, not a busy loop', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason: 'stopped-by-person' })
  // One look for the decision and one for the checks, every 30 s, and the listing at the start.
  expect(world.engine.looks).toBeLessThanOrEqual(2 * 121 + 1)
  expect(world.timeline(web).length).toBe(2)
})
