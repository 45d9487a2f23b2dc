/** Budgets as they are written: `3/1h`, at most three attempts within an hour. */

import type { Budget } from '../config/settings.ts'
import { DurationError, parseDuration } from '../lib/duration.ts'

/** A text is no budget. */
export class BudgetError extends Error {
  readonly found: string
  readonly expected: string

  constructor(found: string, expected: string) {
    super(`found ${found}, expected ${expected}`)
    this.name = 'BudgetError'
    this.found = found
    this.expected = expected
  }
}

const mostAttempts = 1000

/** Reads a budget: a count from 1 to 1,000, a slash, a duration above zero. Throws `BudgetError`. */
export function parseBudget(text: string): Budget {
  const shown = JSON.stringify(text.slice(0, 100))
  const [, count, window] = /^(\d{1,9})\/(.+)$/s.exec(text) ?? []
  if (count === undefined || window === undefined) {
    throw new BudgetError(shown, "a budget such as '3/1h': attempts, a slash, a duration")
  }
  if (Number(count) < 1 || Number(count) > mostAttempts) {
    throw new BudgetError(`${count} attempts`, `1 to ${mostAttempts} attempts`)
  }
  const windowMs = readWindow(window)
  if (windowMs === 0) throw new BudgetError('a window of no length', "a window such as '1h'")
  return { count: Number(count), windowMs }
}

function readWindow(text: string): number {
  try {
    return parseDuration(text)
  } catch (error) {
    if (error instanceof DurationError) throw new BudgetError(error.found, error.expected)
    throw error
  }
}
