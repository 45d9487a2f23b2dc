import { expect, test } from 'vitest'
import { defineRunbook, query, restart, running, Type } from '../../../src/authoring/index.ts'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { curedByStart, incurable } from '../../support/simulated-engine.ts'
import { sample } from '../../support/simulated-metrics.ts'

const minuteMs = 60_000

test('a good sample that is older than its window and one scrape does not speak for a target that is down', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  const before = world.clock.now() - 280_000
  world.metrics.answer = () => [sample(0.01, before)]
  await world.fire(alertOn('web', 'errors'))
  await world.untilState(web, 'escalated')
  expect(world.attempts(web).length).toBeGreaterThan(0)
})

test('the look before the next rung counts no sample from before the last act', async () => {
  const texts = { summary: 'Errors', meaning: 'Errors.', impact: 'Errors.', mitigation: 'Look.' }
  const rung = { risk: 'low', within: '60s', stableFor: '10s' } as const
  const twoRungs = defineRunbook({
    ...texts,
    name: 'two-rungs',
    urgency: 'errors',
    match: ['symptom="errors"'],
    labels: Type.Object({}),
    ladder: [
      { ...rung, name: 'first', plan: ({ target }) => [restart(target)], verify: [running()] },
      {
        ...rung,
        name: 'second',
        plan: ({ target }) => [restart(target)],
        verify: [query({ expr: 'errors', is: '<', than: 0.05, window: '2m' })],
      },
    ],
    escalate: { severity: 'critical', summary: () => 'it still fails' },
  })
  const world = createWorld({ runbooks: [twoRungs] })
  const web = world.add('web')
  world.engine.crash(web, incurable)
  const before = world.clock.now() - 1_000
  world.metrics.answer = () => [sample(0.01, before)]
  await world.fire(alertOn('web', 'errors'))
  await world.untilState(web, 'escalated')
  expect(world.attempts(web).map(({ rung: index, proof }) => [index, proof])).toEqual([
    [0, 'not_recovered'],
    [1, 'unknown'],
  ])
})

test('an escalated incident does not end on a sample from long ago', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.metrics.answer = (_, at) => [sample(1, at)]
  await world.fire(alertOn('web', 'errors'))
  await world.untilState(web, 'escalated')
  world.engine.crash(web, incurable)
  const before = world.clock.now() - 290_000
  world.metrics.answer = () => [sample(0.01, before)]
  await world.resolve(alertOn('web', 'errors'))
  await world.run(5 * minuteMs)
  expect(world.incident(web).state).toBe('escalated')
})

test('a runbook that takes over by what is seen is bound by the route of what is seen', async () => {
  const observed = {
    match: ['symptom="down"'],
    runbook: null,
    mode: 'observe',
    budgets: null,
    cooldownMs: null,
  } as const
  const world = createWorld({ settings: { routes: [observed] } })
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web', 'errors'))
  await world.run(1_000)
  world.engine.startByPerson(web)
  world.engine.crash(web, curedByStart)
  await world.resolve(alertOn('web', 'errors'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ runbook: 'container-down', mode: 'observe', outcome: 'advised' })
  expect(world.engine.performed).toEqual([])
})
