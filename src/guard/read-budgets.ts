/** Budgets as runbooks write them: `3/1h`. */
import type { Budget } from '../config/settings.ts'
import { parseDuration } from '../lib/duration.ts'

/** Reads budgets that were validated when the runbook was loaded; throws on text that is none. */
export function readBudgets(texts: readonly string[]): readonly Budget[] {
  return texts.map((text) => {
    const [count, window] = text.split('/')
    if (count === undefined || window === undefined || !/^[1-9]\d*$/.test(count)) {
      throw new RangeError(`expected a budget such as 3/1h, found ${JSON.stringify(text)}`)
    }
    return { count: Number(count), windowMs: parseDuration(window) }
  })
}
