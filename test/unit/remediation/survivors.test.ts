import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld, type Labels } from '../../support/engine-world.ts'
import { incurable } from '../../support/simulated-engine.ts'
import { sample } from '../../support/simulated-metrics.ts'

const minuteMs = 60_000

/** An incident on `web` that waits for approval, opened by an alert of the symptom. */
const waiting = async (symptom: string): Promise<{ readonly world: EngineWorld; readonly web: string }> => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.metrics.answer = (_, at) => [sample(1, at)]
  world.engine.hang(web)
  await world.fire(alertOn('web', symptom))
  await world.untilState(web, 'awaiting_approval')
  return { world, web }
}

/** One notification: the first alert is over, and another one of the same symptom fires. */
const replaceAlert = (world: EngineWorld, over: Labels, fires: Labels): Promise<number> => {
  const now = new Date(world.clock.now()).toISOString()
  return world.post([
    { status: 'resolved', labels: over, startsAt: now, endsAt: now },
    { status: 'firing', labels: fires, startsAt: now },
  ])
}

/** Own runbook, symptom whose alert joins. */
const joining = [
  ['unresponsive', 'errors'],
  ['errors', 'broken'],
] as const

test.each(joining)(
  'while an alert of runbook %s fires, one of %s that joins does not take over',
  async (own, other) => {
    const { world, web } = await waiting(own)
    const { proposal } = world.incident(web)
    await world.fire(alertOn('web', other))
    await world.run(5 * minuteMs)
    expect(world.ledger.episodesOf(1).length).toBe(2)
    expect(world.incident(web)).toMatchObject({ runbook: own, state: 'awaiting_approval', proposal })
    expect(world.kinds(web)).not.toContain('superseded')
  },
)

test.each(joining)('nor when the alert of runbook %s is younger than the one of %s', async (own, other) => {
  const { world, web } = await waiting(own)
  await world.fire(alertOn('web', other))
  await world.run(minuteMs)
  await replaceAlert(world, alertOn('web', own), alertOn('web', own, { instance: 'b' }))
  await world.run(5 * minuteMs)
  expect(world.ledger.episodesOf(1).map(({ state }) => state)).toEqual(['resolved', 'firing', 'firing'])
  expect(world.incident(web)).toMatchObject({ runbook: own, state: 'awaiting_approval' })
  expect(world.kinds(web)).not.toContain('superseded')
})

test('while an alert of its own runbook fires, what is seen of the target does not call another one', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web).runbook).toBe('unresponsive')
  expect(world.kinds(web)).not.toContain('superseded')
})

test('the third reopening escalates as flapping although the target is well by then', async () => {
  const world = createWorld()
  const web = world.add('web')
  for (let round = 0; round < 3; round += 1) {
    await world.fire(alertOn('web'))
    await world.untilState(web, 'ended')
    expect(world.incident(web)).toMatchObject({ outcome: 'recovered_without_action', reopened: round })
    await world.resolve(alertOn('web'))
    await world.run(minuteMs)
  }
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  expect(world.incident(web)).toMatchObject({ id: 1, state: 'escalated', reason: 'flapping', reopened: 3 })
  expect(world.engine.performed).toEqual([])
})

/** An incident on `web` without a container, first seen so by the engine at `since`. */
const gone = async (): Promise<{ readonly world: EngineWorld; readonly web: string; readonly since: number }> => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  world.engine.remove(web)
  await world.until('it is missed', () => world.incident(web).reason === 'no-target')
  return { world, web, since: world.clock.now() }
}

test('a target without containers is waited for, for one minute to the second', async () => {
  const { world, web, since } = await gone()
  await world.run(since + minuteMs - 1000 - world.clock.now())
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'no-target' })
  await world.run(2000)
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'target_gone' })
})

test('looks in between, as when its alert closes, do not cut the wait for a missing target short', async () => {
  const { world, web, since } = await gone()
  await world.resolve(alertOn('web'))
  for (const seconds of [5, 20, 40, 59]) {
    await world.run(since + seconds * 1000 - world.clock.now())
    world.kick(web)
    await world.run(0)
    expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'no-target' })
  }
  await world.run(2000)
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'target_gone' })
})

test('a clock that jumps back a day starts the wait for a missing target anew at most', async () => {
  const { world, web } = await gone()
  world.clock.jump(-24 * 60 * minuteMs)
  await world.run(2 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'target_gone' })
})

test('a target that goes missing after an act in vain is waited for as long, then people are told', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  world.engine.remove(web)
  await world.until('it is missed', () => world.incident(web).reason === 'no-target')
  await world.run(minuteMs - 1000)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'no-target' })
  await world.run(2000)
  expect(world.incident(web)).toMatchObject({ state: 'escalated', reason: 'no-target' })
})
