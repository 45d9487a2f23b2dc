import { expect, test } from 'vitest'
import type { MaintenanceTimes, MaintenanceWindow } from '../../../src/config/settings.ts'
import { createPauses } from '../../../src/remediation/people/pauses.ts'
import { plan } from '../../../src/remediation/plan.ts'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { curedByRestart, curedByStart, incurable } from '../../support/simulated-engine.ts'

const secondMs = 1_000
const minuteMs = 60_000
const hourMs = 60 * minuteMs

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const pausesOf = (world: EngineWorld) =>
  createPauses({ ledger: world.ledger, clock: world.clock, log }, { kick: (target) => world.kick(target) })

const pause = (world: EngineWorld, target: string | null, forMs: number | null = null) =>
  pausesOf(world).begin({ target, reason: 'deploy', by: 'ada', forMs })

/** A world in which `web` has crashed and its alert has come, some seconds ago. */
const crashed = async (prepare: (world: EngineWorld, web: string) => void, fault = curedByStart) => {
  const world = createWorld()
  const web = world.add('web')
  prepare(world, web)
  world.engine.crash(web, fault)
  await world.fire(alertOn('web'))
  await world.run(10 * secondMs)
  return { world, web }
}

test('what is paused without an expiry waits, for as long as it takes, and nobody is told', async () => {
  const { world, web } = await crashed((world, web) => pause(world, web))
  await world.run(5 * hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'paused', until: null })
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()).toEqual([])
  expect(world.kinds(web)).toEqual(['incident-opened', 'deferred'])
  expect(world.timeline(web).at(-1)?.text).toContain('pause 1 of local/shop/web by ada: deploy')
})

test('a resume wakes what waits at once', async () => {
  const { world, web } = await crashed((world, web) => pause(world, web, 6 * hourMs))
  await world.run(hourMs + 7 * secondMs)
  expect(pausesOf(world).end({ target: web }, 'ben')).toMatchObject([{ id: 1, endedBy: 'ben' }])
  await world.run(secondMs)
  expect(world.engine.performed.length).toBe(1)
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('what waits is woken at the expiry, not later', async () => {
  const forMs = 47 * minuteMs + 13 * secondMs
  let end = 0
  const { world, web } = await crashed((world, web) => {
    end = pause(world, web, forMs).until ?? 0
  })
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'paused', until: end })
  await world.run(end - world.clock.now() - 1)
  expect(world.engine.performed).toEqual([])
  await world.run(secondMs)
  expect(world.engine.performed.length).toBe(1)
})

test('a pause of one target leaves the others to be healed; one of everything leaves none', async () => {
  const world = createWorld()
  const [web, db] = [world.add('web'), world.add('db')]
  pause(world, web)
  world.engine.crash(db)
  await world.fire(alertOn('db'))
  await world.untilState(db, 'ended')
  pause(world, null)
  world.add('cache')
  world.engine.crash('local/shop/cache')
  await world.fire(alertOn('cache'))
  await world.run(10 * minuteMs)
  expect(world.incident('local/shop/cache')).toMatchObject({ state: 'deferred', reason: 'paused' })
  expect(world.engine.performed.length).toBe(1)
})

test('a resume of one pause does not lift another', async () => {
  const { world, web } = await crashed((world, web) => {
    pause(world, web)
    pause(world, null)
  })
  pausesOf(world).end({ target: null }, 'ben')
  await world.run(10 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'paused' })
  pausesOf(world).end({ id: 1 }, 'ben')
  await world.untilState(web, 'ended')
})

test('an attempt that runs is seen through, and the next rung waits', async () => {
  const { world, web } = await crashed(() => {}, curedByRestart)
  expect(world.incident(web).state).toBe('verifying')
  pause(world, web)
  await world.untilState(web, 'deferred')
  expect(world.attempts(web)).toMatchObject([{ proof: 'not_recovered' }])
  expect(world.incident(web)).toMatchObject({ reason: 'paused', rung: 1 })
  await world.run(hourMs)
  expect(world.engine.performed.length).toBe(1)
  pausesOf(world).end({ target: web }, 'ben')
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('a pause outlives the process', async () => {
  const { world, web } = await crashed((world, web) => pause(world, web))
  await world.restart()
  await world.run(10 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'paused' })
  pausesOf(world).end({ target: web }, 'ben')
  world.reboot()
  await world.untilState(web, 'ended')
  expect(world.engine.performed.length).toBe(1)
})

test('while it is paused, nobody is told that a budget is exhausted; afterwards they are', async () => {
  const routes = [
    {
      match: ['service="web"'],
      runbook: null,
      mode: null,
      budgets: [{ count: 1, windowMs: 24 * hourMs }],
      cooldownMs: 0,
    },
  ]
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  await world.run(hourMs)
  pause(world, web)
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.run(2 * hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'paused' })
  expect(world.deliveries()).toEqual([])
  pausesOf(world).end({ target: web }, 'ben')
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('budget-exhausted')
  expect(world.engine.performed.length).toBe(1)
})

test('alerts that close while it is paused end it where all is well, and else tell nobody', async () => {
  const { world, web } = await crashed((world, web) => pause(world, web))
  await world.resolve(alertOn('web'))
  await world.run(hourMs)
  expect(world.incident(web).state).not.toBe('escalated')
  expect(world.deliveries()).toEqual([])
  world.engine.startByPerson(web)
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'resolved' })
  expect(world.engine.performed).toEqual([])
})

test('a question does not expire while it is paused', async () => {
  const world = createWorld({ settings: { mode: 'advise', approvalTimeoutMs: 30 * minuteMs } })
  const web = world.add('web')
  pause(world, web)
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.run(2 * hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'awaiting_approval', reason: 'advise-only' })
  pausesOf(world).end({ target: web }, 'ben')
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('advised')
})

test('every verdict of the pause is told to whoever counts', async () => {
  const { world } = await crashed((world, web) => pause(world, web))
  const verdicts = world.decisions.flatMap((decision) => decision.verdicts)
  expect(verdicts.filter(({ guard }) => guard === 'pause')).toMatchObject([{ verdict: 'defer', reason: 'paused' }])
  expect(verdicts.filter(({ guard }) => guard === 'maintenance')).toMatchObject([{ verdict: 'allow' }])
})

const window = (times: MaintenanceTimes, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  name: 'move',
  match: [],
  targets: [],
  times,
  ...more,
})

const nextHours = (world: EngineWorld, hours: number): MaintenanceTimes => {
  const startsAt = world.clock.now()
  return { kind: 'once', startsAt, endsAt: startsAt + hours * hourMs }
}

test('in a maintenance window it waits until the end of the window, and is healed then', async () => {
  let end = 0
  const { world, web } = await crashed((world) => {
    const times = nextHours(world, 3)
    end = times.kind === 'once' ? times.endsAt : 0
    world.settings = { ...world.settings, maintenance: [window(times)] }
  })
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'in-maintenance', until: end })
  await world.run(end - world.clock.now() - 1)
  expect(world.engine.performed).toEqual([])
  expect(world.kinds(web)).toEqual(['incident-opened', 'deferred'])
  await world.run(secondMs)
  expect(world.engine.performed.length).toBe(1)
})

test.each([
  ['whose matchers do not hold', { match: ['service="db"'] }],
  ['of another target', { targets: ['local/shop/db'] }],
  ['of another project', { targets: ['local/other/*'] }],
  ['of which only one half fits', { targets: ['local/shop/*'], match: ['service="db"'] }],
])('a window %s holds nothing back', async (_, more) => {
  const { world } = await crashed((world) => {
    world.settings = { ...world.settings, maintenance: [window(nextHours(world, 3), more)] }
  })
  expect(world.engine.performed.length).toBe(1)
})

test('a window that is taken out of the configuration lets go at once what waited for its end', async () => {
  const { world, web } = await crashed((world) => {
    world.settings = { ...world.settings, maintenance: [window(nextHours(world, 3), { match: ['service="web"'] })] }
  })
  expect(world.incident(web).reason).toBe('in-maintenance')
  await world.reconfigure({ maintenance: [] })
  await world.run(secondMs)
  expect(world.engine.performed.length).toBe(1)
})

test('a plan says what holds it back', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  pause(world, 'local/shop/*', hourMs)
  const maintenance = [window(nextHours(world, 3), { match: ['symptom="down"'] })]
  const deps = {
    settings: { ...world.settings, maintenance },
    ledger: world.ledger,
    containers: world.engine,
    runbooks: world.runbooks,
    clock: world.clock,
  }
  const planned = await plan(deps, { labels: alertOn('web'), annotations: {} }, new AbortController().signal)
  expect(planned).toMatchObject({ decision: 'wait', detail: 'pause 1 of local/shop/* by ada: deploy' })
  const reasons = planned.verdicts.filter(({ verdict }) => verdict === 'defer').map(({ reason }) => reason)
  expect(reasons).toEqual(['paused', 'in-maintenance'])
})
