import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'

const hourMs = 3_600_000

const worldWith = (limits: { readonly budgets: { count: number; windowMs: number }[]; readonly cooldownMs: number }) =>
  createWorld({ settings: { routes: [{ match: ['service="web"'], runbook: null, mode: null, ...limits }] } })

/** The target goes down, its alert fires, and what happens within the next two minutes happens. */
const goDown = async (world: EngineWorld, web: string): Promise<void> => {
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.run(2 * 60_000)
}

/** The alert closes, and the hours pass. */
const pass = async (world: EngineWorld, hours: number): Promise<void> => {
  await world.resolve(alertOn('web'))
  await world.run(hours * hourMs)
}

test('a budget over three days remembers what was done two days ago', async () => {
  const world = worldWith({ budgets: [{ count: 2, windowMs: 72 * hourMs }], cooldownMs: 0 })
  const web = world.add('web')
  for (let round = 0; round < 2; round += 1) {
    await goDown(world, web)
    expect(world.incident(web).outcome).toBe('recovered')
    await pass(world, 30)
  }
  await goDown(world, web)
  expect(world.incident(web)).toMatchObject({ id: 3, state: 'escalated', reason: 'budget-exhausted' })
  expect(world.engine.performed.length).toBe(2)
})

test('a budget over three days has room again after three days', async () => {
  const world = worldWith({ budgets: [{ count: 1, windowMs: 72 * hourMs }], cooldownMs: 0 })
  const web = world.add('web')
  await goDown(world, web)
  await pass(world, 72)
  await goDown(world, web)
  expect(world.incident(web)).toMatchObject({ id: 2, outcome: 'recovered' })
  expect(world.engine.performed.length).toBe(2)
})

test('a cooldown over two days remembers what was done yesterday', async () => {
  const world = worldWith({ budgets: [{ count: 9, windowMs: hourMs }], cooldownMs: 48 * hourMs })
  const web = world.add('web')
  await goDown(world, web)
  await pass(world, 30)
  await goDown(world, web)
  expect(world.incident(web)).toMatchObject({ id: 2, state: 'deferred', reason: 'cooling-down' })
  expect(world.engine.performed.length).toBe(1)
})
