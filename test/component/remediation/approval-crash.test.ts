import { describe, expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import type { Life } from '../../support/mortal.ts'
import type { Behaviour } from '../../support/simulated-engine.ts'
import { curedByRestart, curedByStart } from '../../support/simulated-engine.ts'

type Scenario = { readonly name: string; readonly setUp: (world: EngineWorld, web: string) => void }

const behave =
  (...behaviours: Behaviour[]) =>
  (call: number): Behaviour =>
    behaviours[call - 1] ?? 'normal'

const scenarios: readonly Scenario[] = [
  { name: 'a start cures it', setUp: (world, web) => world.engine.crash(web, curedByStart) },
  { name: 'only the second rung cures it', setUp: (world, web) => world.engine.crash(web, curedByRestart) },
  {
    name: 'the call takes effect and never answers',
    setUp: (world, web) => {
      world.engine.crash(web, curedByStart)
      world.engine.behaviour = behave('effect-then-hang')
    },
  },
]

const approvals = (world: EngineWorld): readonly unknown[] =>
  world.ledger
    .timeline(1)
    .filter(({ kind }) => kind === 'approved')
    .map(({ data }) => data.proposal)

/** A person who approves what waits; answers whether they were told that it is recorded. */
const decide = (world: EngineWorld, web: string): boolean => {
  const { id, proposal } = world.incident(web)
  if (proposal === null) throw new Error(world.story())
  try {
    const said = { by: 'alice', comment: '', proposal: proposal.id, isOverBudget: false }
    return world.people.approve(id, said).ok
  } catch (error) {
    // The process died while it was asked: the person does not know, and looks again.
    if (world.life.isOver) return false
    throw error
  }
}

/** From the fault to the end of the incident, with a person who approves everything; answers how often the process died. */
const survive = async (world: EngineWorld, web: string): Promise<{ deaths: number; confirmed: number }> => {
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), 60_000)
  const isOver = (): boolean => ['ended', 'escalated'].includes(world.find(web)?.state ?? '')
  const isAsked = (): boolean => world.find(web)?.state === 'awaiting_approval'
  let deaths = 0
  let confirmed = 0
  for (;;) {
    await world.until('something to do', () => world.life.isOver || isOver() || isAsked())
    if (world.life.isOver) {
      deaths += 1
      world.reboot()
    } else if (isOver()) return { deaths, confirmed }
    else if (decide(world, web)) {
      confirmed += 1
      // What a person was told is on the disk: a new process would find it.
      expect(approvals(world).length).toBeGreaterThanOrEqual(confirmed)
    }
  }
}

const judge = (world: EngineWorld, web: string, confirmed: number): void => {
  const story = world.story()
  const approved = approvals(world)
  expect(['recovered', 'proof-unknown', 'ladder-exhausted'], story).toContain(
    world.incident(web).outcome === 'recovered' ? 'recovered' : world.incident(web).reason,
  )
  // Each approval is good for one attempt, and each attempt for one call.
  expect(new Set(approved).size, story).toBe(approved.length)
  expect(approved.length, story).toBeGreaterThanOrEqual(confirmed)
  expect(world.attempts(web).length, story).toBeLessThanOrEqual(approved.length)
  const behind = world.calls.map((unsettled) => unsettled.map(({ id, state }) => `${id} ${state}`))
  expect(behind, story).toEqual(behind.map(() => [expect.stringMatching(/^\d+ acting$/)]))
  expect(new Set(behind.flat()).size, story).toBe(world.engine.performed.length)
  expect(world.ledger.unsettledAttempts(), story).toEqual([])
  expect(world.ledger.listIncidents({}).length, story).toBe(1)
}

const dyingAt = (deadly: number, when: 'before' | 'after') => {
  let lives = 0
  return (life: Life): void => {
    lives += 1
    const isFatal = lives === 1
    life.endsAt = (commit, moment) => isFatal && commit === deadly && moment === when
  }
}

describe.each(scenarios)('when $name and a person approves', { timeout: 60_000 }, ({ setUp }) => {
  test.each(['after', 'before'] as const)(
    'a death right %s any commit acts once for each approval, or asks again',
    async (when) => {
      for (let deadly = 1; ; deadly += 1) {
        const world = createWorld({ settings: { mode: 'advise' }, life: dyingAt(deadly, when) })
        const web = world.add('web')
        setUp(world, web)
        const { deaths, confirmed } = await survive(world, web)
        judge(world, web, confirmed)
        world.close()
        if (deaths === 0) {
          expect(deadly).toBeGreaterThan(7)
          return
        }
      }
    },
  )
})
