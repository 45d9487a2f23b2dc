import fc from 'fast-check'
import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const budgets = [
  { count: 3, windowMs: hourMs },
  { count: 5, windowMs: 4 * hourMs },
]
const routes = [{ match: ['service="web"'], runbook: null, mode: null, budgets, cooldownMs: 60_000 }]

/** Most acts within any window of that length, by the clock that never jumps. */
const mostWithin = (world: EngineWorld, windowMs: number): number => {
  const times = world.engine.performed.map(({ monotonic }) => monotonic)
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length))
}

test('the fourth act within an hour does not happen: people are told instead', async () => {
  const world = createWorld({ settings: { routes, reopenLimit: 100 } })
  const web = world.add('web')
  for (let round = 0; round < 4; round += 1) {
    world.engine.crash(web)
    await world.fire(alertOn('web'))
    await world.until('its end', () => ['ended', 'escalated'].includes(world.incident(web).state))
    await world.resolve(alertOn('web'))
    await world.run(2 * minuteMs)
  }
  expect(world.engine.performed.length).toBe(3)
  expect(world.incident(web)).toMatchObject({ state: 'escalated', reason: 'budget-exhausted' })
  expect(world.deliveries()[0]?.message.annotations.description).toContain('3 attempts within 3600 s, 3 are allowed')
})

test('a longer budget holds where the shorter one has room again', async () => {
  const world = createWorld({ settings: { routes, reopenLimit: 100 } })
  const web = world.add('web')
  for (let round = 0; round < 6; round += 1) {
    world.engine.crash(web)
    await world.fire(alertOn('web'))
    await world.until('its end', () => ['ended', 'escalated'].includes(world.incident(web).state))
    await world.resolve(alertOn('web'))
    await world.run(30 * minuteMs)
  }
  expect(world.engine.performed.length).toBe(5)
  expect(world.incident(web).reason).toBe('budget-exhausted')
})

test('what one runbook did counts for the next one, and for the containers that follow', async () => {
  const world = createWorld({ settings: { routes, reopenLimit: 100 } })
  const web = world.add('web')
  for (const symptom of ['down', 'unresponsive', 'down', 'unresponsive']) {
    world.engine.recreate(web)
    if (symptom === 'down') world.engine.crash(web)
    else world.engine.hang(web)
    await world.fire(alertOn('web', symptom), world.clock.now() + 1)
    await world.until('its end', () => ['ended', 'escalated'].includes(world.incident(web).state))
    await world.resolve(alertOn('web', symptom))
    await world.restart()
    await world.run(2 * minuteMs)
  }
  expect(world.engine.performed.length).toBe(3)
  expect(world.incident(web).reason).toBe('budget-exhausted')
})

test('one target that has spent its budget takes nothing from another', async () => {
  const world = createWorld({ settings: { budgets: [{ count: 1, windowMs: hourMs }] } })
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.hang(lineage)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.fire(alertOn('shop', 'unresponsive'))
  await world.untilState(web, 'ended')
  await world.untilState(shop, 'ended')
  expect([web, shop].map((lineage) => world.incident(lineage).outcome)).toEqual(['recovered', 'recovered'])
})

type Command = (world: EngineWorld, web: string) => Promise<void> | void

const symptom = fc.constantFrom('down', 'unresponsive')
const command: fc.Arbitrary<readonly [string, Command]> = fc.oneof(
  {
    weight: 6,
    arbitrary: symptom.map(
      (kind) =>
        [
          `fault ${kind}`,
          async (world: EngineWorld, web: string) => {
            if (kind === 'down') world.engine.crash(web)
            else world.engine.hang(web)
            await world.fire(alertOn('web', kind))
          },
        ] as const,
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .integer({ min: 1, max: 40 })
      .map((minutes) => [`${minutes} min`, (world: EngineWorld) => world.run(minutes * minuteMs)] as const),
  },
  {
    weight: 4,
    arbitrary: symptom.map(
      (kind) =>
        [
          `resolved ${kind}`,
          async (world: EngineWorld) => {
            await world.resolve(alertOn('web', kind))
          },
        ] as const,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constant([
      'a person fixes it',
      (world: EngineWorld, web: string) => world.engine.startByPerson(web),
    ] as const),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 300 })
      .map(
        (minutes) =>
          [`clock back ${minutes} min`, (world: EngineWorld) => world.clock.jump(-minutes * minuteMs)] as const,
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(['recreated', (world: EngineWorld, web: string) => world.engine.recreate(web)] as const),
  },
  { weight: 1, arbitrary: fc.constant(['restarted', (world: EngineWorld) => world.restart()] as const) },
  { weight: 1, arbitrary: fc.constant(['killed', (world: EngineWorld) => world.reboot()] as const) },
)

test('no history of faults, restarts, new containers and backward clock jumps exceeds any budget', {
  timeout: 60_000,
}, async () => {
  let acts = 0
  let exhausted = 0
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 60 }), async (commands) => {
      const world = createWorld({ settings: { routes, reopenLimit: 100 } })
      const web = world.add('web')
      for (const [, run] of commands) await run(world, web)
      await world.run(hourMs)
      for (const { count, windowMs } of budgets) {
        expect(mostWithin(world, windowMs), world.story()).toBeLessThanOrEqual(count)
      }
      expect(world.attempts(web).length).toBeGreaterThanOrEqual(world.engine.performed.length)
      acts += world.engine.performed.length
      if (world.find(web) !== undefined && world.kinds(web).includes('escalated')) exhausted += 1
      world.close()
    }),
    // A fixed seed: what the histories reach is asserted below, and must not depend on luck.
    { numRuns: 40, seed: 20_261_121 },
  )
  // The property says something: there were acts, and there were budgets that ran out.
  expect(acts).toBeGreaterThan(50)
  expect(exhausted).toBeGreaterThan(0)
})
