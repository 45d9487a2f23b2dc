import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Healed once, and down again: waiting for the cooldown. */
const coolingDown = async (world: EngineWorld): Promise<string> => {
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  world.engine.crash(web)
  await world.fire(alertOn('web'), world.clock.now() + 1)
  await world.untilState(web, 'deferred')
  return web
}

test('the cooldown after an attempt is waited for, to the millisecond, and then the target is healed', async () => {
  const world = createWorld()
  const web = await coolingDown(world)
  const [attempt] = world.attempts(web)
  expect(world.incident(web)).toMatchObject({ reason: 'cooling-down', until: (attempt?.settledAt ?? 0) + 120_000 })
  await world.untilState(web, 'ended')
  const [, second] = world.attempts(web)
  expect(second?.reservedAt).toBe((attempt?.settledAt ?? 0) + 120_000)
})

test('a cooldown is waited for across the end of the process', async () => {
  const world = createWorld()
  const web = await coolingDown(world)
  const { until } = world.incident(web)
  await world.run(30_000)
  await world.restart()
  await world.run(30_000)
  world.reboot()
  await world.untilState(web, 'ended')
  expect(world.attempts(web)[1]?.reservedAt).toBe(until)
})

test('a clock that jumps back by a month makes a wait no longer than it was', async () => {
  const world = createWorld()
  const web = await coolingDown(world)
  world.clock.jump(-30 * 24 * hourMs)
  const from = world.clock.monotonic()
  await world.untilState(web, 'verifying', 'ended')
  // At worst the cooldown starts over, from the next look on.
  expect(world.clock.monotonic() - from).toBeLessThanOrEqual(120_000 + 31_000)
})

test('a clock that jumped back before the fault defers for one cooldown, not for the length of the jump', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  world.clock.jump(-30 * 24 * hourMs)
  await world.run(hourMs)
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('a clock that jumps back does not give a proposal more time', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  await world.run(30 * minuteMs)
  world.clock.jump(-30 * 24 * hourMs)
  const from = world.clock.monotonic()
  await world.until('its end', () => world.incident(web).state === 'ended', 2 * hourMs)
  expect(world.clock.monotonic() - from).toBeLessThanOrEqual(hourMs + minuteMs)
})

test('a target that started in the future, because the clock jumped back, is watched and then believed', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.startByPerson(web)
  world.clock.jump(-hourMs)
  await world.fire(alertOn('web'))
  await world.run(1_000)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'already-recovered' })
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered_without_action')
  expect(world.engine.performed).toEqual([])
})

test('an incident that waits is looked at in steady, rare steps', async () => {
  const world = createWorld({ settings: { mode: 'advise', approvalTimeoutMs: 24 * hourMs } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  const { looks } = world.engine
  const { commits } = world.life
  await world.run(10 * hourMs)
  expect(world.engine.looks).toBe(looks)
  expect(world.life.commits).toBe(commits)
  expect(world.clock.timers()).toBeLessThanOrEqual(2)
})

test('when everything has ended nothing is left that waits', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.run(1_000)
  expect(world.clock.timers()).toBe(0)
})
