import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { curedByRestart, curedByStart, incurable } from '../../support/simulated-engine.ts'

const minuteMs = 60_000

/** The target recovers, and its alert closes. */
const healed = async (world: EngineWorld, web: string): Promise<void> => {
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  await world.run(1_000)
}

/** Budgets and cooldown do not stand in the way. */
const roomy = { budgets: [{ count: 100, windowMs: 3_600_000 }], cooldownMs: 0 }
const routes = [{ match: ['service="web"'], runbook: null, mode: null, ...roomy }]

test('an alert that fires again soon continues the same incident, at the rung where it was', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  await world.fire(alertOn('web'))
  await healed(world, web)
  expect(world.incident(web).rung).toBe(1)
  world.engine.crash(web, curedByRestart)
  await world.run(10 * minuteMs)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, reopened: 1, outcome: 'recovered' })
  expect(world.attempts(web).map(({ rung }) => rung)).toEqual([0, 1, 1])
  expect(world.timeline(web).find(({ kind }) => kind === 'incident-reopened')?.data).toMatchObject({
    reopened: 1,
    cameIn: 3,
  })
})

test('an alert that fires again later opens a new incident at the first rung', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  await world.fire(alertOn('web'))
  await healed(world, web)
  await world.run(15 * minuteMs)
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 2, reopened: 0 })
})

test('the third reopening within a day escalates as flapping, without another act', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  for (let round = 0; round < 4; round += 1) {
    world.engine.crash(web)
    await world.fire(alertOn('web'))
    if (round < 3) await healed(world, web)
    await world.run(minuteMs)
  }
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ id: 1, reason: 'flapping', reopened: 3 })
  expect(world.engine.performed.length).toBe(3)
  expect(world.deliveries().length).toBe(2)
})

test('an alert that fires on although the checks hold does not make a loop: it escalates as flapping', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), 10 * minuteMs)
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ id: 1, reason: 'flapping' })
  await world.run(48 * 60 * minuteMs)
  expect(world.engine.performed).toEqual([])
  expect(world.kinds(web).filter((kind) => kind === 'escalated').length).toBe(1)
})

test('reopenings are counted by target, and forgotten after a day', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  for (let day = 0; day < 3; day += 1) {
    for (let round = 0; round < 3; round += 1) {
      world.engine.crash(web)
      await world.fire(alertOn('web'))
      await healed(world, web)
      await world.run(minuteMs)
    }
    await world.run(25 * 60 * minuteMs)
  }
  expect(world.ledger.listIncidents({}).map(({ reopened, outcome }) => [reopened, outcome])).toEqual([
    [2, 'recovered'],
    [2, 'recovered'],
    [2, 'recovered'],
  ])
})

test('an escalation that is reopened after its end tells people anew', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ id: 1, reopened: 1 })
  expect(world.deliveries().map(({ message }) => message.status)).toEqual(['firing', 'firing'])
})

test('a repeat right after a recovery is patience, one that comes five minutes later is the fault again', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  world.engine.crash(web, curedByStart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  world.repeat(alertOn('web'), minuteMs)
  await world.run(4.5 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'ended', reopened: 0 })
  await world.run(2 * minuteMs)
  expect(world.incident(web).reopened).toBe(1)
})

test('an incident that a clock jump makes end in the future is still the same problem', async () => {
  const world = createWorld({ settings: { routes } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await healed(world, web)
  world.clock.jump(-5 * 24 * 60 * minuteMs)
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, reopened: 1 })
})
