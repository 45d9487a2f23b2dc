import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import type { Life } from '../../support/mortal.ts'
import { curedByRestart, incurable } from '../../support/simulated-engine.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

test.each(['down', 'silent'] as const)(
  'an engine that is %s for a while delays the healing, and no more',
  async (state) => {
    const world = createWorld()
    const web = world.add('web')
    world.engine.crash(web)
    await world.fire(alertOn('web'))
    await world.untilState(web, 'verifying')
    world.engine.state = state
    await world.run(20_000)
    world.engine.state = 'up'
    await world.untilState(web, 'ended')
    expect(world.incident(web).outcome).toBe('recovered')
    expect(world.engine.performed.length).toBe(1)
  },
)

test('an engine that cannot be reached before the act defers, and is healed when it is back', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  world.engine.state = 'down'
  await world.run(4 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'engine-unreachable' })
  world.engine.state = 'up'
  world.engine.crash(web)
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('an engine that stays away for five minutes is told to people, once', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  world.engine.state = 'silent'
  const from = world.clock.now()
  await world.untilState(web, 'escalated')
  expect(world.clock.now() - from).toBeLessThan(7 * minuteMs)
  expect(world.incident(web).reason).toBe('engine-unreachable')
  await world.run(24 * hourMs)
  expect(world.deliveries().map(({ message }) => message.annotations.reason)).toEqual([
    'engine-unreachable',
    'engine-unreachable',
  ])
  expect(world.kinds(web).filter((kind) => kind === 'escalated').length).toBe(1)
})

test('an engine that goes away between the last proof and the escalation does not make it forget the escalation', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.until(
    'the second proof',
    () => world.attempts(web).length === 2 && world.incident(web).state === 'verifying',
  )
  await world.until('the proof is settled', () => {
    if (world.ledger.unsettledAttempts().length > 0) return false
    world.engine.state = 'down'
    return true
  })
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('ladder-exhausted')
  expect(world.attempts(web).length).toBe(2)
})

test('a proof that sees nothing until its time is up escalates as proof-unknown and climbs no further', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  world.engine.state = 'down'
  await world.untilState(web, 'escalated')
  world.engine.state = 'up'
  await world.run(hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'escalated', reason: 'proof-unknown' })
  expect(world.attempts(web).map(({ rung, proof }) => [rung, proof])).toEqual([[0, 'unknown']])
  expect(world.deliveries()[0]?.message.annotations.description).toContain('running: no docker engine at')
})

test('while the engine is away no alert is lost: it is taken in when the engine is back', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  world.engine.state = 'down'
  await world.fire(alertOn('web'))
  await world.run(6 * hourMs)
  expect(world.ledger.listEpisodes(1)).toMatchObject([
    {
      incident: null,
      disposition: { reason: 'engine-unreachable', detail: expect.stringContaining('no docker engine') },
    },
  ])
  expect(world.lines.filter(({ phrase }) => phrase === 'containers cannot be listed').length).toBe(1)
  await world.restart()
  world.engine.state = 'up'
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('what needs no container is decided while the engine is away', async () => {
  const world = createWorld()
  world.engine.state = 'down'
  await world.fire({ alertname: 'Unknown', container: 'web' })
  await world.run(1_000)
  expect(world.ledger.listEpisodes(1)).toMatchObject([{ incident: null, disposition: { reason: 'no-route' } }])
  expect(world.steps).toEqual(['open'])
})

test('a runbook that throws escalates, with a summary all the same, and the others go on', async () => {
  const world = createWorld()
  const [web, shop] = [world.add('web'), world.add('shop')]
  world.engine.crash(web)
  world.engine.crash(shop)
  await world.fire(alertOn('web', 'broken'))
  await world.fire(alertOn('shop'))
  await world.untilState(web, 'escalated')
  await world.untilState(shop, 'ended')
  expect(world.incident(web).reason).toBe('runbook-broken')
  expect(world.incident(shop).outcome).toBe('recovered')
  const [delivery] = world.deliveries()
  expect(delivery?.message.annotations.summary).toBe('Something is wrong with the service')
  expect(delivery?.message.annotations.description).toContain('Cannot read properties of undefined')
})

test('a runbook that hangs escalates', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  world.runbooks.isHanging = () => true
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('runbook-broken')
  expect(world.engine.performed).toEqual([])
})

test('a runbook that is gone when its proof should go on leaves the attempt unproven, and people are told', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  world.runbooks.load([])
  await world.restart()
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('runbook-broken')
  expect(world.attempts(web)).toMatchObject([{ proof: 'unknown' }])
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
})

test('a call that throws, against its promise, is not repeated: only a look says what it led to', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  world.engine.behaviour = (call) => (call === 1 ? 'throw' : 'normal')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.attempts(web).map(({ rung, state, proof }) => [rung, state, proof])).toEqual([
    [0, 'unknown', 'not_recovered'],
    [1, 'done', 'recovered'],
  ])
  expect(world.lines.find(({ phrase }) => phrase === 'step failed')?.fields).toMatchObject({
    notification: 1,
    incident: 1,
    target: web,
  })
})

test('stopping while the pre-check waits for its query does not act', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.metrics.answer = () => 'silent'
  await world.fire(alertOn('web', 'errors'))
  await world.run(minuteMs)
  await world.restart()
  await world.run(minuteMs)
  expect(world.engine.performed).toEqual([])
  expect(world.incident(web).state).toBe('open')
})

test('stopping while a look is under way is not taken for an engine that is away', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  const before = world.timeline(web)
  world.engine.state = 'silent'
  world.kick(web)
  await world.run(5_000)
  await world.restart()
  expect(world.timeline(web)).toEqual(before)
})

/** The storage fails for a while from the given commit on. */
const failing = (from: number, forMs: number) => {
  let world: EngineWorld | null = null
  let until: number | null = null
  const life = (life: Life): void => {
    life.isStorageFailing = () => {
      if (world === null || life.commits < from) return false
      until ??= world.clock.monotonic() + forMs
      return world.clock.monotonic() < until
    }
  }
  return { life, attach: (created: EngineWorld) => (world = created) }
}

test('storage that fails for a while at any commit delays: nothing is called twice for one attempt', {
  timeout: 60_000,
}, async () => {
  for (let from = 0; from <= 12; from += 1) {
    const fault = failing(from, 3 * minuteMs)
    const world = createWorld({ life: fault.life })
    fault.attach(world)
    const web = world.add('web')
    world.engine.crash(web, curedByRestart)
    await world.fire(alertOn('web'))
    await world.untilState(web, 'ended', 'escalated')
    const behind = world.calls.map((unsettled) => unsettled.map(({ id }) => id))
    expect(
      behind.every((ids) => ids.length === 1),
      world.story(),
    ).toBe(true)
    expect(new Set(behind.flat()).size, world.story()).toBe(behind.length)
    expect(world.attempts(web).length).toBeLessThanOrEqual(3)
    expect(world.engine.isWell(web), world.story()).toBe(true)
    expect(world.ledger.unsettledAttempts()).toEqual([])
    world.close()
  }
})

test('what is rolled back is not logged', async () => {
  const fault = failing(4, minuteMs)
  const world = createWorld({ life: fault.life })
  fault.attach(world)
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  const logged = world.lines
    .filter(({ level, fields }) => level === 'info' && fields.incident === 1)
    .map(({ phrase }) => phrase)
  const recorded = world.kinds(web).filter((kind) => kind !== 'rung-skipped')
  expect(logged).toEqual(recorded)
})

test('stopping during a proof settles nothing, and the next process proves what the last one did', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  await world.run(10_000)
  await world.restart()
  expect(world.attempts(web)).toMatchObject([{ state: 'done', proof: 'pending', settledAt: null }])
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.engine.performed.length).toBe(1)
})

test('stopping during a call sees it through and records what it led to', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  world.engine.callMs = 20_000
  await world.fire(alertOn('web'))
  await world.untilState(web, 'acting')
  await world.restart()
  expect(world.attempts(web)).toMatchObject([{ state: 'done', proof: 'pending' }])
  await world.untilState(web, 'ended')
  expect(world.engine.performed.length).toBe(1)
})

test('stopping at any moment settles nothing wrongly: neither an act, nor an escalation, nor a verdict comes of it', {
  timeout: 60_000,
}, async () => {
  for (let afterMs = 0; afterMs <= 12_000; afterMs += 750) {
    const world = createWorld()
    const web = world.add('web')
    world.engine.crash(web)
    world.engine.callMs = 1_500
    await world.fire(alertOn('web'))
    await world.run(afterMs)
    if (afterMs % 1_500 === 0) world.engine.state = 'silent'
    await world.run(1_000)
    const before = world.engine.performed.length
    await world.restart()
    expect(world.engine.performed.length - before, `${afterMs}`).toBe(0)
    expect(world.find(web)?.state ?? 'open', world.story()).not.toBe('escalated')
    world.engine.state = 'up'
    await world.untilState(web, 'ended')
    expect(world.incident(web).outcome, world.story()).toBe('recovered')
    expect(world.engine.performed.length).toBe(1)
    world.close()
  }
})
