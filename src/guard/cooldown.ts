/**
 * Guard: a target is left in peace for a while after an attempt.
 *
 * It holds per lineage, across incidents and runbooks. The next rung of the same ladder in the same
 * incident is not held up: the proof between the two was the wait. An attempt that was interrupted before its call did nothing and cools nothing.
 */
import type { Attempt } from '../incident/record.ts'
import type { Guard, GuardFacts } from './facts.ts'
import { allow, type Verdict } from './verdict.ts'

const name = 'cooldown'

/** True for the attempt whose failed proof led to this rung. */
const isStepBelow = (attempt: Attempt, facts: GuardFacts): boolean =>
  attempt.incident === facts.incident &&
  attempt.runbook === facts.runbook &&
  attempt.rung < facts.rung &&
  attempt.proof === 'not_recovered'

const judge = (facts: GuardFacts): Verdict => {
  const ends = facts.attempts
    .filter((attempt) => attempt.state !== 'interrupted')
    .filter((attempt) => !isStepBelow(attempt, facts))
    .map((attempt) => attempt.settledAt ?? attempt.reservedAt)
    // A date in the future is a clock that jumped back: the wait starts over, and is one cooldown long, not the jump.
    .filter((endedAt) => !(endedAt > facts.now && facts.hasCooled))
    .map((endedAt) => Math.min(endedAt, facts.now) + facts.cooldownMs)
  const until = Math.max(0, ...ends)
  if (until <= facts.now) return allow(name)
  return {
    guard: name,
    verdict: 'defer',
    reason: 'cooling-down',
    detail: `the last attempt on this target ended less than ${facts.cooldownMs / 1000} s ago`,
    until,
  }
}

/** Defers until the cooldown after the last attempt on the lineage is over. */
export const cooldownGuard: Guard = { name, judge }
