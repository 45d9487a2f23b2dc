import { describe, expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import type { Life } from '../../support/mortal.ts'
import type { Behaviour } from '../../support/simulated-engine.ts'
import { curedByRestart, curedByStart, incurable } from '../../support/simulated-engine.ts'

type When = 'before' | 'after'
type Scenario = {
  readonly name: string
  readonly setUp: (world: EngineWorld, web: string) => void
  readonly expected: readonly ('recovered' | 'escalated')[]
}

const behave =
  (...behaviours: Behaviour[]) =>
  (call: number): Behaviour =>
    behaviours[call - 1] ?? 'normal'

const scenarios: readonly Scenario[] = [
  {
    name: 'a start cures it',
    setUp: (world, web) => world.engine.crash(web, curedByStart),
    expected: ['recovered'],
  },
  {
    name: 'only a restart cures it',
    setUp: (world, web) => world.engine.crash(web, curedByRestart),
    expected: ['recovered', 'escalated'],
  },
  {
    name: 'nothing cures it',
    setUp: (world, web) => world.engine.crash(web, incurable),
    expected: ['escalated'],
  },
  {
    name: 'the first call hangs for ever',
    setUp: (world, web) => {
      world.engine.crash(web, curedByStart)
      world.engine.behaviour = behave('hang')
    },
    expected: ['recovered', 'escalated'],
  },
  {
    name: 'the first call takes effect and never answers',
    setUp: (world, web) => {
      world.engine.crash(web, curedByStart)
      world.engine.behaviour = behave('effect-then-hang')
    },
    expected: ['recovered'],
  },
  {
    name: 'every call is refused',
    setUp: (world, web) => {
      world.engine.crash(web, curedByStart)
      world.engine.behaviour = () => 'refuse'
    },
    expected: ['escalated'],
  },
]

/** The first process dies at commit `deadly`. */
const dyingAt = (deadly: number, when: When) => {
  let lives = 0
  return (life: Life): void => {
    lives += 1
    const isFatal = lives === 1
    life.endsAt = (commit, moment) => isFatal && commit === deadly && moment === when
  }
}

/** The first `count` processes die after so many commits each. */
const dyingOften = (commits: number, count: number) => {
  let lives = 0
  return (life: Life): void => {
    lives += 1
    const isFatal = lives <= count
    life.endsAt = (commit, moment) => isFatal && commit === commits && moment === 'after'
  }
}

/** Runs a scenario to its end, with death on the way; answers whether the first death came. */
const survive = async (world: EngineWorld, scenario: Scenario): Promise<{ web: string; deaths: number }> => {
  const web = world.add('web')
  scenario.setUp(world, web)
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), 60_000)
  let deaths = 0
  const isOver = (): boolean => ['ended', 'escalated'].includes(world.find(web)?.state ?? '')
  for (;;) {
    await world.until('the end of the incident', () => world.life.isOver || isOver())
    if (!world.life.isOver) return { web, deaths }
    deaths += 1
    world.reboot()
  }
}

const judge = (world: EngineWorld, web: string, scenario: Scenario): void => {
  const incident = world.incident(web)
  const attempts = world.attempts(web)
  const story = world.story()
  // Nothing is repeated blindly: each call was preceded by the commit of an attempt of its own.
  const behind = world.calls.map((unsettled) => unsettled.map(({ id, state }) => `${id} ${state}`))
  expect(behind, story).toEqual(behind.map(() => [expect.stringMatching(/^\d+ acting$/)]))
  expect(new Set(behind.flat()).size, story).toBe(world.engine.performed.length)
  // Nothing is forgotten: the incident came to one of its ends, and everything is settled.
  expect(scenario.expected, story).toContain(incident.state === 'ended' ? incident.outcome : incident.state)
  expect(world.ledger.unsettledAttempts(), story).toEqual([])
  expect(world.ledger.listIncidents({}).length, story).toBe(1)
  // Budgets hold.
  expect(attempts.length, story).toBeLessThanOrEqual(3)
  // People are told exactly once each.
  const told = world.deliveries().map(({ receiver, message }) => `${receiver} ${message.status}`)
  expect(told.sort(), story).toEqual(incident.state === 'escalated' ? ['alertmanager firing', 'webhook firing'] : [])
  expect(world.kinds(web).filter((kind) => kind === 'escalated').length, story).toBe(
    incident.state === 'escalated' ? 1 : 0,
  )
  // What was claimed is true.
  if (incident.outcome === 'recovered') expect(world.engine.isWell(web), story).toBe(true)
}

describe.each(scenarios)('when $name', { timeout: 60_000 }, (scenario) => {
  test.each(['after', 'before'] as const)(
    'a death right %s any commit repeats nothing and forgets nothing',
    async (when) => {
      for (let deadly = 1; ; deadly += 1) {
        const world = createWorld({ life: dyingAt(deadly, when) })
        const { web, deaths } = await survive(world, scenario)
        judge(world, web, scenario)
        world.close()
        if (deaths === 0) {
          expect(deadly).toBeGreaterThan(5)
          return
        }
      }
    },
  )

  test.each([1, 3, 5])(
    'a process that dies again and again after %d commits does no more than one that lives',
    async (commits) => {
      const world = createWorld({ life: dyingOften(commits, 6) })
      const { web, deaths } = await survive(world, scenario)
      expect(deaths).toBeGreaterThan(0)
      judge(world, web, { ...scenario, expected: ['recovered', 'escalated'] })
    },
  )
})
