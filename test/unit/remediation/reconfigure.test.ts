import { expect, test } from 'vitest'
import type { Route } from '../../../src/config/settings.ts'
import { alertOn, createWorld } from '../../support/engine-world.ts'

const aRoute = (changes: Partial<Route>): Route => ({
  ...{ match: ['symptom="odd"'], runbook: null, mode: null, budgets: null, cooldownMs: null },
  ...changes,
})

test('an alert that no route took is taken once a new one does, without being reported again', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web', 'odd'))
  await world.run(1_000)
  expect(world.ledger.listEpisodes(1)[0]?.disposition).toMatchObject({ reason: 'no-route' })
  await world.reconfigure({ routes: [aRoute({ runbook: 'container-down' })] })
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ runbook: 'container-down', outcome: 'recovered' })
  expect(world.ledger.listEpisodes(1)[0]?.disposition).toBeNull()
})

test('an alert that still nothing takes keeps its reason, and a resolved one is left alone', async () => {
  const world = createWorld()
  world.add('web')
  await world.fire(alertOn('web', 'odd'))
  await world.fire(alertOn('web', 'odd', { copy: 'b' }))
  await world.run(1_000)
  await world.resolve(alertOn('web', 'odd', { copy: 'b' }))
  await world.run(1_000)
  await world.reconfigure({ routes: [aRoute({ mode: 'observe' })] })
  await world.run(1_000)
  expect(world.ledger.listEpisodes(10).map(({ disposition }) => disposition?.reason)).toEqual(['no-route', 'no-route'])
  expect(world.ledger.unroutedEpisodes()).toEqual([])
  expect(world.ledger.listIncidents({})).toEqual([])
})

test('an incident that waits is handed to the runbook that the new routes name, under their mode', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.crash(lineage)
  await world.fire(alertOn('web'))
  await world.fire(alertOn('shop'))
  await world.untilState(web, 'awaiting_approval')
  await world.untilState(shop, 'awaiting_approval')
  await world.reconfigure({ routes: [aRoute({ match: ['service="web"'], runbook: 'unresponsive', mode: 'auto' })] })
  await world.untilState(web, 'verifying')
  expect(world.incident(web)).toMatchObject({ runbook: 'unresponsive', mode: 'auto' })
  expect(world.incident(shop)).toMatchObject({ runbook: 'container-down', state: 'awaiting_approval' })
})

test('the next decision is made under the new settings, in the middle of an incident too', async () => {
  const world = createWorld({ settings: { cooldownMs: 0 } })
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  await world.reconfigure({ mode: 'observe' })
  world.engine.crash(web)
  await world.until('the first rung is settled', () => world.incident(web).state !== 'verifying')
  await world.run(1_000)
  expect(world.engine.performed).toHaveLength(1)
})
