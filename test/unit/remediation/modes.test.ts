import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { incurable } from '../../support/simulated-engine.ts'

const hourMs = 3_600_000

const crashed = async (world: EngineWorld): Promise<string> => {
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  return web
}

test('observe only records what would have been done', async () => {
  const world = createWorld({ settings: { mode: 'observe' } })
  const web = await crashed(world)
  world.repeat(alertOn('web'), hourMs / 12)
  await world.run(24 * hourMs)
  expect(world.incident(web)).toMatchObject({
    id: 1,
    state: 'ended',
    outcome: 'advised',
    reason: 'observe-only',
    mode: 'observe',
  })
  expect(world.timeline(web).at(-1)?.text).toContain('observe only; would have done: start shop-web-1')
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()).toEqual([])
})

test('advise proposes, waits for a person, and ends as advised without telling anyone when nobody comes', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await crashed(world)
  await world.untilState(web, 'awaiting_approval')
  const { proposal, until } = world.incident(web)
  expect(until).toBe(world.clock.now() + hourMs)
  expect(proposal).toMatchObject({ rung: 0, actions: [{ kind: 'start', target: web }] })
  expect(proposal?.verdicts.find(({ guard }) => guard === 'mode')).toMatchObject({
    verdict: 'ask',
    reason: 'advise-only',
  })
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'advised', reason: 'approval-expired', proposal: null })
  expect(world.incident(web).endedAt).toBe(until)
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()).toEqual([])
})

test('a proposal keeps its id and its time while it waits, whatever is looked at meanwhile', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await crashed(world)
  await world.untilState(web, 'awaiting_approval')
  const before = world.incident(web)
  await world.resolve(alertOn('web'))
  await world.run(hourMs / 6)
  world.engine.state = 'down'
  await world.run(hourMs / 6)
  world.engine.state = 'up'
  await world.fire(alertOn('web', 'errors'))
  await world.run(hourMs / 6)
  expect(world.incident(web)).toMatchObject({
    state: 'awaiting_approval',
    proposal: before.proposal,
    until: before.until,
  })
  expect(world.kinds(web).filter((kind) => kind === 'approval-asked').length).toBe(1)
})

test('a proposal is not withdrawn because Prometheus cannot say how things are', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.metrics.answer = () => 'error'
  await world.fire(alertOn('web', 'errors'))
  await world.untilState(web, 'awaiting_approval')
  const before = world.incident(web)
  await world.resolve(alertOn('web', 'errors'))
  await world.run(hourMs / 2)
  expect(world.incident(web)).toMatchObject({
    state: 'awaiting_approval',
    proposal: before.proposal,
    until: before.until,
  })
})

test('a proposal is renewed when its target is another one by then, and waits no longer for that', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await crashed(world)
  await world.untilState(web, 'awaiting_approval')
  const before = world.incident(web)
  await world.resolve(alertOn('web'))
  world.engine.recreate(web)
  world.engine.crash(web, incurable)
  await world.run(hourMs / 6)
  const after = world.incident(web)
  expect(after.proposal?.id).not.toBe(before.proposal?.id)
  expect(after.proposal?.actions[0]?.containers).not.toEqual(before.proposal?.actions[0]?.containers)
  expect(after.until).toBe(before.until)
})

test('a proposal ends when its target has come back by itself', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await crashed(world)
  await world.untilState(web, 'awaiting_approval')
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('resolved')
})

test('a proposal survives the process', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await crashed(world)
  await world.untilState(web, 'awaiting_approval')
  const before = world.incident(web)
  await world.restart()
  world.reboot()
  await world.run(hourMs / 2)
  expect(world.incident(web)).toEqual(before)
  await world.untilState(web, 'ended')
  expect(world.incident(web).endedAt).toBe(before.until)
})

test.each(['observe', 'advise'] as const)(
  'in %s mode nothing that selfheal could not do wakes a person',
  async (mode) => {
    const settings = { mode, reopenLimit: 2, approvalTimeoutMs: 60_000 }
    const world = createWorld({ settings })
    const [web, shop, blog] = [world.add('web'), world.add('shop'), world.add('blog')]
    for (const lineage of [web, shop, blog]) world.engine.crash(lineage, incurable)
    await world.fire(alertOn('shop', 'broken'))
    for (let round = 0; round < 4; round += 1) {
      await world.fire(alertOn('web'))
      await world.untilState(web, 'ended')
      await world.run(60_000)
      await world.resolve(alertOn('web'))
    }
    world.engine.state = 'down'
    await world.fire(alertOn('blog'))
    await world.run(hourMs)
    world.engine.state = 'up'
    await world.untilState(blog, 'ended')
    expect([web, shop, blog].map((lineage) => world.incident(lineage).outcome)).toEqual([
      'advised',
      'advised',
      'advised',
    ])
    expect(world.incident(shop).reason).toBe('runbook-broken')
    expect(world.incident(web).reason).toBe('flapping')
    expect(world.deliveries()).toEqual([])
  },
)

test('the ceiling caps every route, and a container may lower its own mode but not raise it', async () => {
  const routes = [{ match: ['service="web"'], runbook: null, mode: 'auto', budgets: null, cooldownMs: null } as const]
  const world = createWorld({ settings: { mode: 'observe', ceiling: 'advise', routes } })
  const web = await crashed(world)
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web).mode).toBe('advise')
  const shop = world.add('shop', { mode: 'auto' })
  world.engine.crash(shop)
  await world.fire(alertOn('shop'))
  await world.untilState(shop, 'ended')
  expect(world.incident(shop)).toMatchObject({ outcome: 'advised', reason: 'observe-only', mode: 'observe' })
})

test('a container whose label lowers the mode while its incident is open is asked about from then on', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(60_000)
  expect(world.incident(web).mode).toBe('auto')
  world.engine.service(web).mode = 'advise'
  world.engine.crash(web)
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web)).toMatchObject({ mode: 'advise', reason: 'advise-only' })
})

test('a route overrides mode, runbook, budgets and cooldown', async () => {
  const routes = [
    {
      match: ['alertname="Odd"'],
      runbook: 'unresponsive',
      mode: 'auto',
      budgets: [{ count: 1, windowMs: hourMs }],
      cooldownMs: 0,
    } as const,
  ]
  const world = createWorld({ settings: { mode: 'observe', routes } })
  const web = world.add('web')
  world.engine.hang(web)
  await world.fire({ alertname: 'Odd', service: 'web' })
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'recovered', runbook: 'unresponsive' })
  world.engine.hang(web)
  await world.resolve({ alertname: 'Odd', service: 'web' })
  await world.fire({ alertname: 'Odd', service: 'web' }, world.clock.now() + 1)
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('budget-exhausted')
})
