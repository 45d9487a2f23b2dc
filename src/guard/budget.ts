/**
 * Guard: never more attempts on a lineage than each of its budgets allows.
 *
 * The unit is one rung climbed, counted when it is reserved, whatever it led to and whichever runbook climbed it.
 * Attempts dated in the future count as well, so that a clock that jumps backwards cannot hide any.
 */
import type { Budget } from '../config/settings.ts'
import type { Guard, GuardFacts } from './facts.ts'
import { allow, type Verdict } from './verdict.ts'

const name = 'budget'

/** How many of the reservations lie within the window that ends now; a reservation exactly `windowMs` old no longer does. */
export function spent(budget: Budget, reservations: readonly number[], now: number): number {
  return reservations.filter((reservedAt) => reservedAt > now - budget.windowMs).length
}

const judge = (facts: GuardFacts): Verdict => {
  const reservations = facts.attempts.map((attempt) => attempt.reservedAt)
  const exhausted = facts.budgets.find((budget) => spent(budget, reservations, facts.now) >= budget.count)
  if (exhausted === undefined) return allow(name)
  return {
    guard: name,
    verdict: 'refuse',
    reason: 'budget-exhausted',
    detail: `${spent(exhausted, reservations, facts.now)} attempts within ${exhausted.windowMs / 1000} s, ${exhausted.count} are allowed`,
    until: null,
  }
}

/** Every budget must have room for one more attempt. */
export const budgetGuard: Guard = { name, judge }
