/** Guard: a target that recovers and fails again and again is a person's to look at. */
import type { Guard, GuardFacts } from './facts.ts'
import { allow, type Verdict } from './verdict.ts'

const name = 'flapping'

const judge = (facts: GuardFacts): Verdict => {
  if (facts.reopened < facts.reopenLimit) return allow(name)
  return {
    guard: name,
    verdict: 'refuse',
    reason: 'flapping',
    detail: `fired again ${facts.reopened} times within 24 h after it had ended`,
    until: null,
  }
}

/** Refuses from the configured number of reopenings within 24 h on. */
export const flappingGuard: Guard = { name, judge }
