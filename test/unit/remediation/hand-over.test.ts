import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { curedByStart } from '../../support/simulated-engine.ts'
import { sample } from '../../support/simulated-metrics.ts'

const hourMs = 3_600_000

test('an alert that joins during the proof of another runbook is healed by its own', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByStart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  await world.run(5_000)
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, runbook: 'unresponsive', outcome: 'recovered', reopened: 0 })
  expect(world.engine.performed.map(({ action }) => action.kind)).toEqual(['start', 'restart'])
  expect(world.engine.isWell(web)).toBe(true)
})

test('an alert fires on although its checks hold, and another one is not swallowed by that', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.hang(web)
  await world.post(['down', 'unresponsive'].map((symptom) => ({ status: 'firing', labels: alertOn('web', symptom) })))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, runbook: 'unresponsive', outcome: 'recovered', reopened: 0 })
  expect(world.engine.performed.length).toBe(1)
})

test('two alerts that both fire on although all checks hold do not hand the incident to and fro', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.metrics.answer = (_, at) => [sample(0, at)]
  const symptoms = ['down', 'unresponsive', 'errors']
  await world.post(symptoms.map((symptom) => ({ status: 'firing', labels: alertOn('web', symptom) })))
  await world.untilState(web, 'ended')
  await world.run(hourMs)
  expect(world.incident(web)).toMatchObject({ outcome: 'recovered_without_action', reopened: 0 })
  const handedOver = world.timeline(web).flatMap(({ kind, data }) => (kind === 'superseded' ? [data.to] : []))
  expect(handedOver).toEqual(['unresponsive', 'errors'])
})

test('an alert that was answered calls again when it closes and fires anew', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.hang(web)
  await world.post(['down', 'unresponsive'].map((symptom) => ({ status: 'firing', labels: alertOn('web', symptom) })))
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web).runbook).toBe('unresponsive')
  await world.resolve(alertOn('web'))
  await world.run(1_000)
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.run(1_000)
  expect(world.incident(web)).toMatchObject({ runbook: 'container-down', state: 'awaiting_approval' })
})

/** An incident on `web` whose alert has closed, while a slow look decides whether the fault is over. */
const looking = async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web', 'errors'))
  await world.run(1_000)
  world.engine.startByPerson(web)
  const evaluate = world.metrics.evaluate.bind(world.metrics)
  Object.assign(world.metrics, {
    answer: (_: string, at: number) => [sample(0, at)],
    evaluate: async (...asked: Parameters<typeof evaluate>) => {
      await world.clock.sleep(3_000, new AbortController().signal)
      return evaluate(...asked)
    },
  })
  await world.resolve(alertOn('web', 'errors'))
  await world.run(1_000)
  return { world, web }
}

test('an alert of another runbook that joins while a quiet incident is looked at is healed', async () => {
  const { world, web } = await looking()
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, runbook: 'unresponsive', outcome: 'recovered' })
})

test('an incident whose own alert fires again while it is looked at has not been resolved by the closing', async () => {
  const { world, web } = await looking()
  await world.fire(alertOn('web', 'errors', { instance: 'other' }))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'recovered_without_action' })
})
