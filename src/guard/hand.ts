/** Guard: one hand on a target at a time. */
import type { Guard, GuardFacts } from './facts.ts'
import { allow, type Verdict } from './verdict.ts'

const name = 'hand'

const judge = (facts: GuardFacts): Verdict => {
  const holder = facts.attempts.find((attempt) => attempt.settledAt === null)
  if (holder === undefined) return allow(name)
  return {
    guard: name,
    verdict: 'defer',
    reason: 'target-busy',
    detail: `attempt ${holder.id} has not settled yet`,
    until: null,
  }
}

/** Defers while an attempt on the lineage is not settled. */
export const handGuard: Guard = { name, judge }
