import { expect, test } from 'vitest'
import { answerAsks } from '../../../src/guard/approval.ts'
import { allow, type Verdict } from '../../../src/guard/verdict.ts'

const verdict = (kind: Verdict['verdict'], reason: Verdict['reason']): Verdict => ({
  ...{ guard: 'one', verdict: kind, reason, detail: 'so it is', until: null },
})

const granted = { by: 'alice', answers: ['advise-only'], isOverBudget: false } as const

test('an approval answers the reasons for which the person was asked, and says who it was', () => {
  expect(answerAsks([verdict('ask', 'advise-only')], granted)).toEqual([allow('one', 'approved by alice: so it is')])
})

test('a new reason to ask is a new question', () => {
  const verdicts = [verdict('ask', 'cannot-tell')]
  expect(answerAsks(verdicts, granted)).toEqual(verdicts)
})

test.each([false, true])('what refuses or defers does so all the same, over budget: %s', (isOverBudget) => {
  const verdicts = [
    verdict('refuse', 'not-opted-in'),
    verdict('defer', 'silenced'),
    verdict('defer', 'paused'),
    verdict('refuse', 'flapping'),
    verdict('refuse', 'advise-only'),
  ]
  expect(answerAsks(verdicts, { ...granted, isOverBudget })).toEqual(verdicts)
})

test('only over budget, budgets and cooldown are passed', () => {
  const verdicts = [verdict('refuse', 'budget-exhausted'), verdict('defer', 'cooling-down')]
  expect(answerAsks(verdicts, granted)).toEqual(verdicts)
  const passed = allow('one', 'approved over budget by alice: so it is')
  expect(answerAsks(verdicts, { ...granted, isOverBudget: true })).toEqual([passed, passed])
})

test('without an approval nothing is answered', () => {
  const verdicts = [verdict('ask', 'advise-only'), allow('two')]
  expect(answerAsks(verdicts, null)).toBe(verdicts)
})
