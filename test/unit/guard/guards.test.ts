import { describe, expect, test } from 'vitest'
import { budgetGuard, spent } from '../../../src/guard/budget.ts'
import { cooldownGuard } from '../../../src/guard/cooldown.ts'
import type { ContainerFacts, GuardFacts } from '../../../src/guard/facts.ts'
import { flappingGuard } from '../../../src/guard/flapping.ts'
import { handGuard } from '../../../src/guard/hand.ts'
import { handsOffGuard } from '../../../src/guard/hands-off.ts'
import { effectiveMode, lowerMode, modeGuard } from '../../../src/guard/mode.ts'
import { optInGuard } from '../../../src/guard/opt-in.ts'
import { silenceGuard } from '../../../src/guard/silence.ts'
import { modes } from '../../../src/incident/record.ts'
import { attempt, container, facts, now } from './facts.ts'

const hour = 3_600_000

describe('mode', () => {
  test.each([
    ['auto', 'allow', null],
    ['advise', 'ask', 'advise-only'],
    ['observe', 'refuse', 'observe-only'],
  ] as const)('%s: %s', (mode, verdict, reason) => {
    expect(modeGuard.judge(facts({ mode }))).toMatchObject({ verdict, reason })
  })

  test('the lowest of setting, ceiling and every container counts, so that nothing raises it', () => {
    for (const mode of modes) {
      for (const ceiling of modes) {
        for (const label of [...modes, null]) {
          const lowest = [mode, ceiling, ...(label === null ? [] : [label])].reduce(lowerMode)
          const containers = [container(), container({ mode: label })]
          expect(effectiveMode({ mode, ceiling, containers })).toBe(lowest)
        }
      }
    }
  })
})

describe('opt-in', () => {
  test.each<[string, readonly ContainerFacts[], string, string | null]>([
    ['all opted in', [container(), container()], 'allow', null],
    ['no container', [], 'refuse', 'no-target'],
    ['one is not opted in', [container(), container({ isOptedIn: false })], 'refuse', 'not-opted-in'],
    ['one is protected', [container(), container({ protectedBecause: 'Prometheus' })], 'refuse', 'protected'],
    [
      'protected comes before not opted in',
      [container({ isOptedIn: false }), container({ protectedBecause: 'x' })],
      'refuse',
      'protected',
    ],
  ])('%s', (_, containers, verdict, reason) => {
    expect(optInGuard.judge(facts({ containers }))).toMatchObject({ verdict, reason })
  })
})

test('silence: what is silenced waits, and nothing else does', () => {
  expect(silenceGuard.judge(facts({ isSilenced: true }))).toMatchObject({
    guard: 'silence',
    verdict: 'defer',
    reason: 'silenced',
    until: null,
  })
  expect(silenceGuard.judge(facts())).toMatchObject({ verdict: 'allow', reason: null })
})

describe('hands-off', () => {
  const exited = (exitCause: ContainerFacts['exitCause']) => container({ state: 'exited', exitCause })
  test.each<[string, readonly ContainerFacts[], string, string | null]>([
    ['running', [container()], 'allow', null],
    ['crashed', [exited('crash')], 'allow', null],
    ['ended by us', [exited('ours')], 'allow', null],
    ['stopped by a person', [exited('person')], 'refuse', 'stopped-by-person'],
    ['one of several stopped by a person', [exited('crash'), exited('person')], 'refuse', 'stopped-by-person'],
    ['paused', [container({ state: 'paused' })], 'refuse', 'paused-container'],
    ['not seen', [exited('crash'), exited('unknown')], 'ask', 'cannot-tell'],
    ['not seen, and another stopped by a person', [exited('unknown'), exited('person')], 'refuse', 'stopped-by-person'],
  ])('%s', (_, containers, verdict, reason) => {
    expect(handsOffGuard.judge(facts({ containers }))).toMatchObject({ verdict, reason })
  })
})

describe('hand', () => {
  test('an attempt that has not settled defers', () => {
    const attempts = [attempt(hour), attempt(1_000, { id: 2, settledAt: null })]
    expect(handGuard.judge(facts({ attempts }))).toMatchObject({ verdict: 'defer', reason: 'target-busy', until: null })
    expect(handGuard.judge(facts({ attempts: [attempt(hour)] })).verdict).toBe('allow')
  })
})

describe('budget', () => {
  const judge = (changes: Partial<GuardFacts>) => budgetGuard.judge(facts(changes))

  test('one more is allowed until the count is reached, whatever the attempts led to', () => {
    const attempts = [
      attempt(1),
      attempt(2, { state: 'interrupted' }),
      attempt(3, { state: 'unknown', proof: 'unknown' }),
    ]
    expect(judge({ attempts: attempts.slice(1) }).verdict).toBe('allow')
    expect(judge({ attempts })).toMatchObject({ verdict: 'refuse', reason: 'budget-exhausted', until: null })
  })

  test('each of several budgets has to have room', () => {
    const budgets = [
      { count: 3, windowMs: hour },
      { count: 4, windowMs: 24 * hour },
    ]
    const old = [attempt(2 * hour), attempt(3 * hour), attempt(4 * hour)]
    expect(judge({ budgets, attempts: old }).verdict).toBe('allow')
    expect(judge({ budgets, attempts: [...old, attempt(5 * hour)] }).verdict).toBe('refuse')
  })

  test('an attempt counts for exactly the length of the window', () => {
    const budget = { count: 1, windowMs: hour }
    expect(spent(budget, [now - hour], now)).toBe(0)
    expect(spent(budget, [now - hour + 1], now)).toBe(1)
  })

  test('attempts from the future count, so that a clock that jumps back hides none', () => {
    expect(judge({ attempts: [attempt(-hour), attempt(-2 * hour), attempt(-99 * hour)] }).verdict).toBe('refuse')
  })
})

describe('cooldown', () => {
  const judge = (changes: Partial<GuardFacts>) => cooldownGuard.judge(facts(changes))
  const until = now - 1_000 + 120_000

  test.each<[string, Partial<GuardFacts>, number | null]>([
    ['no attempt', {}, null],
    ['a recent one', { attempts: [attempt(1_000)] }, until],
    ['the latest of several counts', { attempts: [attempt(60_000), attempt(1_000)] }, until],
    ['one that is exactly as old as the cooldown', { attempts: [attempt(120_000)] }, null],
    ['of another incident and a higher rung', { rung: 1, attempts: [attempt(1_000)] }, until],
    [
      'an earlier rung of the same ladder whose proof failed',
      { incident: 7, rung: 1, attempts: [attempt(1_000, { proof: 'not_recovered' })] },
      null,
    ],
    [
      'an earlier rung of the same ladder that had recovered it',
      { incident: 7, rung: 1, attempts: [attempt(1_000, { proof: 'recovered' })] },
      until,
    ],
    [
      "an earlier rung of another runbook's ladder",
      { incident: 7, rung: 1, runbook: 'errors', attempts: [attempt(1_000, { proof: 'not_recovered' })] },
      until,
    ],
    ['the same rung of the same incident', { incident: 7, rung: 0, attempts: [attempt(1_000)] }, until],
    ['one that was interrupted before its call', { attempts: [attempt(1_000, { state: 'interrupted' })] }, null],
    [
      'one that has not settled counts from its reservation',
      { attempts: [attempt(1_000, { settledAt: null })] },
      until,
    ],
    ['one from the future: one cooldown from now', { attempts: [attempt(-hour)] }, now + 120_000],
    ['one from the future, after a cooldown was waited for', { hasCooled: true, attempts: [attempt(-hour)] }, null],
    ['a recent one, although a cooldown was waited for', { hasCooled: true, attempts: [attempt(1_000)] }, until],
    ['no cooldown', { cooldownMs: 0, attempts: [attempt(0)] }, null],
  ])('%s', (_, changes, expected) => {
    expect(judge(changes)).toMatchObject(
      expected === null
        ? { verdict: 'allow', until: null }
        : { verdict: 'defer', reason: 'cooling-down', until: expected },
    )
  })
})

describe('flapping', () => {
  test('from the configured number of reopenings on it refuses', () => {
    expect(flappingGuard.judge(facts({ reopened: 2 })).verdict).toBe('allow')
    expect(flappingGuard.judge(facts({ reopened: 3 }))).toMatchObject({ verdict: 'refuse', reason: 'flapping' })
  })
})
