import { expect, test, vi } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { curedByRestart, incurable } from '../../support/simulated-engine.ts'
import { sample } from '../../support/simulated-metrics.ts'

const minuteMs = 60_000

test('an alert that closes during the proof proves nothing and changes nothing', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('ladder-exhausted')
  expect(world.kinds(web)).toContain('alert-closed')
})

test('an alert that closes during the call changes nothing about the call', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'acting')
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.engine.performed.length).toBe(1)
})

test('all alerts closed and the observation clean: resolved, and nothing is claimed', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('resolved')
  expect(world.attempts(web)).toEqual([])
})

test('all alerts closed and the target still down: the series has vanished, the fault has not, and it is healed', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByRestart)
  world.engine.behaviour = (call) => (call === 1 ? 'refuse' : 'normal')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'deferred')
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.engine.isWell(web)).toBe(true)
})

test('all alerts closed and nothing can be seen: it stays open as unproven, and is not acted on', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web', 'errors'))
  await world.run(minuteMs)
  world.engine.startByPerson(web)
  world.metrics.answer = () => 'error'
  await world.resolve(alertOn('web', 'errors'))
  await world.run(14 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason: 'unproven' })
  expect(world.engine.performed).toEqual([])
  world.metrics.answer = (_, at) => [sample(0, at)]
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('resolved')
})

test('an incident that stays unproven is told to people after a while, and still not acted on', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web', 'errors'))
  await world.run(minuteMs)
  world.engine.startByPerson(web)
  world.metrics.answer = (_, at) => [sample(1, at)]
  await world.resolve(alertOn('web', 'errors'))
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('unproven')
  expect(world.engine.performed).toEqual([])
})

test('one of several alerts closes: the incident goes on', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.fire(alertOn('web', 'down', { replica: '2' }))
  await world.run(minuteMs)
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered_without_action')
})

test('a cooldown goes on when the alert closes, and ends at once when the target runs', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  world.engine.crash(web)
  await world.fire(alertOn('web'), world.clock.now() + 1)
  await world.untilState(web, 'deferred')
  expect(world.incident(web).reason).toBe('cooling-down')
  await world.resolve(alertOn('web'))
  await world.run(minuteMs)
  expect(world.incident(web).state).toBe('deferred')
  expect(world.engine.performed.length).toBe(1)
  world.engine.startByPerson(web)
  await world.untilState(web, 'ended')
  expect(world.engine.performed.length).toBe(1)
})

test('an alert that ends in the message that brings another one of its target: that joins before the incident looks', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  world.engine.startByPerson(web)
  await world.run(minuteMs)
  const { list } = world.engine
  vi.spyOn(world.engine, 'list').mockImplementation(async (signal) => {
    await world.clock.sleep(500, signal)
    return list(signal)
  })
  await world.post([
    { status: 'resolved', labels: alertOn('web') },
    { status: 'firing', labels: alertOn('web', 'down', { severity: 'warning' }) },
  ])
  await world.run(minuteMs)
  expect(world.kinds(web)).toContain('alert-joined')
  expect(world.incident(web).reopened).toBe(0)
  expect(world.kinds(web)).not.toContain('incident-ended')
})
