import { expect, test } from 'vitest'
import type { Decided } from '../../../src/remediation/people/person.ts'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { curedByStart, incurable } from '../../support/simulated-engine.ts'

const minuteMs = 60_000

const alice = { by: 'alice', comment: 'on it' }

const escalated = async (world: EngineWorld): Promise<string> => {
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  return web
}

const codeOf = (decided: Decided): string => (decided.ok ? 'ok' : decided.code)

const acknowledge = (world: EngineWorld, isResumed = false): Decided =>
  world.people.acknowledge(1, { ...alice, isResumed })

test('an acknowledged escalation is not tried again where once is enough, and is held up at Alertmanager', async () => {
  const world = createWorld()
  const web = await escalated(world)
  const [before] = world.deliveries().filter(({ receiver }) => receiver === 'webhook')
  expect(codeOf(acknowledge(world))).toBe('ok')
  expect(world.deliveries().map(({ receiver }) => receiver)).toEqual(['alertmanager'])
  // A try that was under way when the person spoke fails afterwards.
  world.ledger.deliveryFailed(before?.id ?? 0, 'it hangs', world.clock.now())
  expect(world.deliveries().map(({ receiver }) => receiver)).toEqual(['alertmanager'])
  expect(world.incident(web).state).toBe('escalated')
  expect(world.timeline(web).at(-1)).toMatchObject({ kind: 'acknowledged', data: { by: 'alice', comment: 'on it' } })
  await world.run(60 * minuteMs)
  expect(world.incident(web).state).toBe('escalated')
})

test('who was told is told of the end, acknowledged or not', async () => {
  const world = createWorld()
  const web = await escalated(world)
  acknowledge(world)
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.deliveries().map(({ receiver, message }) => `${receiver} ${message.status}`)).toEqual([
    'alertmanager resolved',
    'webhook resolved',
  ])
})

test('only what is escalated is acknowledged, and only once', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  expect(codeOf(acknowledge(world))).toBe('not-awaiting')
  expect(codeOf(world.people.acknowledge(7, { ...alice, isResumed: false }))).toBe('not-found')
  const other = createWorld()
  await escalated(other)
  expect(codeOf(acknowledge(other))).toBe('ok')
  expect(codeOf(acknowledge(other))).toBe('already-decided')
})

test('a resumed incident starts from the first rung, and its budget still holds', async () => {
  const world = createWorld()
  const web = await escalated(world)
  expect(world.attempts(web).length).toBe(2)
  acknowledge(world)
  world.engine.crash(web, curedByStart)
  const resumed = acknowledge(world, true)
  expect(resumed).toMatchObject({ ok: true, incident: { state: 'open', rung: 0, reason: null } })
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.attempts(web).map(({ rung }) => rung)).toEqual([0, 1, 0])
  expect(world.kinds(web).filter((kind) => kind === 'acknowledged').length).toBe(1)
})

test('a resumed incident without budget escalates again, to everybody', async () => {
  const world = createWorld()
  const web = await escalated(world)
  for (const seen of [3, 3]) {
    expect(codeOf(acknowledge(world, true))).toBe('ok')
    await world.untilState(web, 'escalated')
    expect(world.attempts(web).length).toBe(seen)
  }
  expect(world.incident(web).reason).toBe('budget-exhausted')
  expect(world.deliveries().map(({ receiver, message }) => `${receiver} ${message.labels.selfheal_stage}`)).toEqual([
    'alertmanager budget-exhausted',
    'webhook budget-exhausted',
  ])
  expect(codeOf(acknowledge(world))).toBe('ok')
})

test('a person closes what is escalated, and whoever was told is told', async () => {
  const world = createWorld()
  const web = await escalated(world)
  expect(codeOf(world.people.close(1, alice))).toBe('ok')
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'closed' })
  expect(world.timeline(web).find(({ kind }) => kind === 'incident-ended')).toMatchObject({
    text: 'closed by alice (on it)',
    data: { outcome: 'closed', by: 'alice' },
  })
  expect(world.deliveries().map(({ message }) => message.status)).toEqual(['resolved', 'resolved'])
  expect(codeOf(world.people.close(1, alice))).toBe('already-decided')
  world.repeat(alertOn('web'), minuteMs)
  await world.run(30 * minuteMs)
  expect(world.incident(web)).toMatchObject({ id: 1, state: 'ended', outcome: 'closed' })
})

test('an attempt is seen through before its incident can be closed', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByStart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'acting')
  expect(codeOf(world.people.close(1, alice))).toBe('not-awaiting')
  await world.untilState(web, 'verifying')
  expect(codeOf(world.people.close(1, alice))).toBe('not-awaiting')
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('a comment is kept without secrets, and not endless', async () => {
  const world = createWorld()
  const web = await escalated(world)
  world.people.close(1, { by: 'alice', comment: `password=hunter22 ${'x'.repeat(5_000)}` })
  const text = world.timeline(web).find(({ kind }) => kind === 'incident-ended')?.text ?? ''
  expect(text).not.toContain('hunter22')
  expect(text.length).toBeLessThan(600)
})
