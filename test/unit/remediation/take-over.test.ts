import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { sample } from '../../support/simulated-metrics.ts'

const minuteMs = 60_000

test('a more urgent alert takes over an incident that waits, from its first rung on', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'awaiting_approval')
  const { proposal } = world.incident(web)
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.run(1_000)
  const incident = world.incident(web)
  expect(incident).toMatchObject({ id: 1, runbook: 'container-down', rung: 0, state: 'awaiting_approval' })
  expect(incident.proposal?.id).not.toBe(proposal?.id)
  expect(world.kinds(web).filter((kind) => kind === 'superseded').length).toBe(1)
  expect(world.ledger.listIncidents({}).length).toBe(1)
})

test('a less urgent alert joins, and does not disturb', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  const before = world.incident(web)
  await world.fire(alertOn('web', 'errors'))
  await world.run(minuteMs)
  expect(world.incident(web)).toMatchObject({ runbook: 'container-down', proposal: before.proposal })
  expect(world.ledger.episodesOf(1).length).toBe(2)
})

test('an alert that joins during the act is taken up after the proof', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'acting')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.engine.performed.length).toBe(1)
  expect(world.incident(web)).toMatchObject({ runbook: 'container-down', outcome: 'recovered' })
})

test('when the urgent alert is taken care of, another one that still fires gets its own runbook', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  world.metrics.answer = (_, at) => [sample(world.engine.performed.length < 2 ? 1 : 0, at)]
  await world.fire(alertOn('web'))
  await world.fire(alertOn('web', 'errors'))
  world.repeat(alertOn('web', 'errors'), minuteMs)
  await world.until('the errors are healed', () => world.incident(web).runbook === 'errors')
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, runbook: 'errors', outcome: 'recovered', reopened: 0 })
  expect(world.engine.performed.map(({ action }) => action.kind)).toEqual(['start', 'restart'])
})

test('the runbook that takes over works with the labels of its own alert', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  for (const replica of world.engine.service(web).replicas) replica.exitCause = 'person'
  await world.fire({ alertname: 'Down', symptom: 'down', container: 'shop-web-1' })
  await world.run(1_000)
  expect(world.incident(web).reason).toBe('stopped-by-person')
  world.metrics.answer = (_, at) => [sample(0, at)]
  await world.fire(alertOn('web', 'errors'))
  await world.resolve({ alertname: 'Down', symptom: 'down', container: 'shop-web-1' })
  world.engine.startByPerson(web)
  await world.untilState(web, 'ended')
  expect(world.metrics.asked[0]?.expr).toBe('errors{service="web"}')
  expect(world.incident(web).runbook).toBe('errors')
})

test('two alerts on one target are one incident, and two targets are two', async () => {
  const world = createWorld()
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.crash(lineage)
  await world.post(
    [alertOn('web'), alertOn('web', 'down', { instance: 'x' }), alertOn('shop')].map((labels) => ({
      status: 'firing',
      labels,
    })),
  )
  await world.untilState(web, 'ended')
  await world.untilState(shop, 'ended')
  expect(
    world.ledger
      .listIncidents({})
      .map(({ target }) => target)
      .sort(),
  ).toEqual([shop, web])
  expect(world.engine.performed.length).toBe(2)
})
