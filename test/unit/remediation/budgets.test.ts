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

type Symptom = 'down' | 'unresponsive'
type Command =
  | { readonly kind: 'fault' | 'resolved'; readonly symptom: Symptom }
  | { readonly kind: 'time' | 'clock-back'; readonly minutes: number }
  | { readonly kind: 'fixed' | 'recreated' | 'restarted' | 'killed' }

const carryOut = async (world: EngineWorld, web: string, command: Command): Promise<void> => {
  switch (command.kind) {
    case 'fault':
      if (command.symptom === 'down') world.engine.crash(web)
      else world.engine.hang(web)
      await world.fire(alertOn('web', command.symptom))
      return
    case 'resolved':
      await world.resolve(alertOn('web', command.symptom))
      return
    case 'time':
      return world.run(command.minutes * minuteMs)
    case 'clock-back':
      return world.clock.jump(-command.minutes * minuteMs)
    case 'fixed':
      return world.engine.startByPerson(web)
    case 'recreated':
      return world.engine.recreate(web)
    case 'restarted':
      return world.restart()
    case 'killed':
      return world.reboot()
  }
}

const symptom = fc.constantFrom<Symptom[]>('down', 'unresponsive')
const minutes = (max: number) => fc.integer({ min: 1, max })
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('fault'), symptom }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('time'), minutes: minutes(20) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('resolved'), symptom }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clock-back'), minutes: minutes(300) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('fixed', 'recreated', 'restarted', 'killed') }) },
)

/** A history that is known to spend a budget. */
const spendthrift: readonly Command[] = [1, 2, 3, 4].flatMap(() => [
  { kind: 'fault', symptom: 'down' },
  { kind: 'time', minutes: 3 },
  { kind: 'resolved', symptom: 'down' },
  { kind: 'clock-back', minutes: 200 },
])

test('no history of faults, restarts, new containers and backward clock jumps exceeds any budget', {
  timeout: 60_000,
}, async () => {
  let acts = 0
  const reasons = new Set<string | null>()
  const holds = async (commands: readonly Command[]): Promise<void> => {
    const world = createWorld({ settings: { routes, reopenLimit: 100 } })
    const web = world.add('web')
    for (const each of commands) await carryOut(world, web, each)
    await world.run(hourMs)
    for (const { count, windowMs } of budgets) {
      expect(mostWithin(world, windowMs), world.story()).toBeLessThanOrEqual(count)
    }
    expect(world.attempts(web).length).toBeGreaterThanOrEqual(world.engine.performed.length)
    acts += world.engine.performed.length
    reasons.add(world.find(web)?.reason ?? null)
    world.close()
  }
  await holds(spendthrift)
  expect(acts).toBe(3)
  expect(reasons).toContain('budget-exhausted')
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 60 }), holds), { numRuns: 30 })
})
