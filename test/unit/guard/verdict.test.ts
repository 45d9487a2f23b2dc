import fc from 'fast-check'
import { expect, test } from 'vitest'
import { guards, judgeAll } from '../../../src/guard/pipeline.ts'
import { decide, type Reason, reasons, type Verdict, verdictKinds } from '../../../src/guard/verdict.ts'
import { modes } from '../../../src/incident/record.ts'
import { attempt, container, facts } from './facts.ts'

const verdict = (kind: Verdict['verdict'], reason: Reason | null, until: number | null = null): Verdict => ({
  guard: `guard of ${reason}`,
  verdict: kind,
  reason,
  detail: `because of ${reason}`,
  until,
})

test('refuse is stronger than ask, ask than defer, defer than allow, in any order', () => {
  const all = [
    verdict('allow', null),
    verdict('defer', 'cooling-down', 10),
    verdict('ask', 'advise-only'),
    verdict('refuse', 'protected'),
  ]
  for (let strength = 0; strength < all.length; strength += 1) {
    const some = all.slice(0, strength + 1)
    for (const order of [some, [...some].reverse()]) {
      expect(decide(order)).toMatchObject({ verdict: verdictKinds[strength], verdicts: order })
    }
  }
})

test('the first of the deciding verdicts gives the reason, the latest of them the time', () => {
  const decision = decide([
    verdict('defer', 'cooling-down', 10),
    verdict('allow', null),
    verdict('defer', 'target-busy', null),
    verdict('defer', 'in-maintenance', 30),
    verdict('defer', 'storm', 20),
  ])
  expect(decision).toMatchObject({
    verdict: 'defer',
    reason: 'cooling-down',
    detail: 'because of cooling-down',
    until: 30,
  })
})

test('the time of a milder verdict does not count', () => {
  expect(decide([verdict('defer', 'cooling-down', 10), verdict('ask', 'advise-only')]).until).toBeNull()
})

test('when nothing speaks against it, it is allowed', () => {
  expect(judgeAll(facts())).toMatchObject({ verdict: 'allow', reason: null, until: null })
  expect(decide([]).verdict).toBe('allow')
})

test('whatever the facts, all guards speak, with a reason of the closed list unless they allow', () => {
  const anyContainer = fc.record({
    name: fc.string(),
    state: fc.constantFrom('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'),
    isOptedIn: fc.boolean(),
    protectedBecause: fc.option(fc.string()),
    mode: fc.option(fc.constantFrom(...modes)),
    exitCause: fc.option(fc.constantFrom('crash', 'person', 'ours', 'unknown')),
  })
  const anyAttempt = fc
    .tuple(fc.integer({ min: -10_000_000, max: 10_000_000 }), fc.boolean())
    .map(([ago, isSettled]) => attempt(ago, isSettled ? {} : { settledAt: null }))
  const anyFacts = fc.record({
    mode: fc.constantFrom(...modes),
    ceiling: fc.constantFrom(...modes),
    containers: fc.array(
      anyContainer.map((changes) => container(changes as Parameters<typeof container>[0])),
      { maxLength: 3 },
    ),
    attempts: fc.array(anyAttempt, { maxLength: 5 }),
    reopened: fc.integer({ min: 0, max: 5 }),
    rung: fc.integer({ min: 0, max: 3 }),
    hasCooled: fc.boolean(),
  })
  const seen = new Set<Reason | null>()
  fc.assert(
    fc.property(anyFacts, (changes) => {
      const decision = judgeAll(facts(changes))
      expect(decision.verdicts.map(({ guard }) => guard)).toEqual(guards.map(({ name }) => name))
      for (const { verdict: kind, reason } of decision.verdicts) {
        expect(reason === null).toBe(kind === 'allow')
        if (reason !== null) expect(reasons).toContain(reason)
        seen.add(reason)
      }
      expect(decision.reason === null).toBe(decision.verdict === 'allow')
    }),
    { numRuns: 1_000 },
  )
  expect([...seen].filter((reason) => reason !== null).sort()).toEqual([
    'advise-only',
    'budget-exhausted',
    'cannot-tell',
    'cooling-down',
    'flapping',
    'no-target',
    'not-opted-in',
    'observe-only',
    'paused-container',
    'protected',
    'stopped-by-person',
    'target-busy',
  ])
})
