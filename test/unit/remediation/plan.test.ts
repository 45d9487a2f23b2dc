import { expect, test } from 'vitest'
import { parseLabelTemplate } from '../../../src/alert/label-template.ts'
import { plan } from '../../../src/remediation/plan.ts'
import { alertOn, createWorld, type EngineWorld, type Labels } from '../../support/engine-world.ts'

const planIn = (world: EngineWorld, labels: Labels) =>
  plan(
    {
      settings: world.settings,
      ledger: world.ledger,
      containers: world.engine,
      runbooks: world.runbooks,
      clock: world.clock,
    },
    { labels, annotations: {} },
    new AbortController().signal,
  )

test('it says what would be done, by which rung, with every verdict, and does nothing', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  const planned = await planIn(world, alertOn('web'))
  expect(planned).toMatchObject({ decision: 'act', target: web, runbook: 'container-down', rung: 'start' })
  expect(planned.actions).toMatchObject([{ kind: 'start', target: web, containers: [{ name: 'shop-web-1' }] }])
  expect(planned.verdicts.length).toBe(10)
  expect(world.engine.performed).toEqual([])
  expect(world.ledger.listIncidents({})).toEqual([])
  expect(world.life.commits).toBe(0)
})

test.each<[string, Labels, string]>([
  ['no runbook', alertOn('web', 'odd'), 'no-route'],
  ['labels that break the contract', alertOn('WEB', 'errors'), 'no-route'],
  ['our own alert', alertOn('web', 'down', { selfheal_origin: 'escalation' }), 'no-route'],
  ['no target', alertOn('nothing'), 'refuse'],
  ['a target that is not opted in', alertOn('shy'), 'refuse'],
  ['a target that a person stopped', alertOn('stopped'), 'refuse'],
  ['a broken runbook', alertOn('web', 'broken'), 'refuse'],
])('%s', async (_, labels, decision) => {
  const world = createWorld()
  world.engine.crash(world.add('web'))
  world.add('shy', { isOptedIn: false })
  world.engine.stopByPerson(world.add('stopped'))
  const planned = await planIn(world, labels)
  expect(planned).toMatchObject({ decision, actions: decision === 'refuse' ? expect.anything() : [] })
  expect(planned.detail).not.toBe('')
})

test('mode and cooldown are said as ask and wait', async () => {
  const advising = createWorld({ settings: { mode: 'advise' } })
  advising.engine.crash(advising.add('web'))
  expect((await planIn(advising, alertOn('web'))).decision).toBe('ask')
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  world.engine.crash(web)
  expect((await planIn(world, alertOn('web'))).decision).toBe('wait')
})

test('a container engine that does not answer is an answer', async () => {
  const world = createWorld()
  world.add('web')
  world.engine.state = 'down'
  expect(await planIn(world, alertOn('web'))).toMatchObject({
    decision: 'refuse',
    verdicts: [{ reason: 'cannot-tell' }],
  })
})

test('it tells the way through the routes, whatever is decided', async () => {
  const routes = [
    { match: ['team="shop"'], runbook: null, mode: 'observe', budgets: null, cooldownMs: null } as const,
    { match: ['team="lost"'], runbook: 'no-such', mode: null, budgets: null, cooldownMs: null },
  ]
  const world = createWorld({ settings: { routes } })
  world.engine.crash(world.add('web'))
  const planned = await planIn(world, alertOn('web', 'down', { team: 'shop' }))
  expect(planned).toMatchObject({
    decision: 'refuse',
    route: [
      { route: 'routes[0]', match: ['team="shop"'], sets: { mode: 'observe' } },
      { route: 'runbook: container-down', match: ['symptom="down"'], sets: { runbook: 'container-down' } },
    ],
  })
  expect(await planIn(world, { team: 'lost' })).toMatchObject({
    decision: 'no-route',
    route: [{ route: 'routes[1]', sets: { runbook: 'no-such' } }],
  })
  expect(await planIn(world, { team: 'none' })).toMatchObject({ decision: 'no-route', route: [] })
})

test("a route's target takes the place of the alert's own labels", async () => {
  const target = parseLabelTemplate('{{ .labels.app }}')
  const aRoute = { match: ['app!=""'], runbook: null, mode: null, budgets: null, cooldownMs: null, target }
  const world = createWorld({ settings: { routes: [aRoute] } })
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.crash(lineage)
  expect((await planIn(world, alertOn('web', 'down', { app: 'shop' }))).target).toBe(shop)
  expect((await planIn(world, alertOn('web', 'down'))).target).toBe(web)
})
