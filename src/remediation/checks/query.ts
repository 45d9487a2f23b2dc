/** `query()`: a PromQL expression compared with a number, over data from after the act only. */
import type { Comparison, QueryCheck } from '../../authoring/index.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import { parseDuration } from '../../lib/duration.ts'
import type { MetricsPort, Sample } from '../ports.ts'
import type { CheckResult } from './result.ts'
import { MissingLabel, substituteLabels } from './substitute.ts'

/** What a query is evaluated with. */
export type QueryContext = {
  readonly metrics: MetricsPort | null
  readonly labels: Readonly<Record<string, string>>
  readonly now: number
  /** Samples from before this instant say nothing: epoch milliseconds. */
  readonly settledFrom: number
  /** How long until data is clear of the fault; 0 or less: it is. */
  readonly waitMs: number
  readonly signal: AbortSignal
}

const holds = (value: number, is: Comparison, than: number): boolean => {
  switch (is) {
    case '<':
      return value < than
    case '<=':
      return value <= than
    case '>':
      return value > than
    case '>=':
      return value >= than
    case '==':
      return value === than
    case '!=':
      return value !== than
  }
}

/** From when on the data that a query looks at is clear of the fault: the act, the whole window, and one scrape. */
export function settlePoint(check: QueryCheck, actedAt: number, scrapeIntervalMs: number): number {
  return actedAt + parseDuration(check.window) + scrapeIntervalMs
}

const unknown = (detail: string): CheckResult => ({ result: 'unknown', detail })

const judge = (samples: readonly Sample[], check: QueryCheck, settledFrom: number): CheckResult => {
  if (samples.length === 0) return unknown('the query returned no data')
  const odd = samples.find((sample) => !Number.isFinite(sample.value))
  if (odd !== undefined) return unknown(`the query returned ${odd.value}`)
  const stale = samples.find((sample) => sample.at < settledFrom)
  if (stale !== undefined) return unknown('the newest sample is too old to say anything')
  const good = samples.filter((sample) => holds(sample.value, check.is, check.than))
  const enough = check.any ? good.length > 0 : good.length === samples.length
  const shown = samples.slice(0, 3).map((sample) => sample.value)
  const detail = `${good.length} of ${samples.length} series ${check.is} ${check.than}, values ${shown.join(', ')}`
  return { result: enough ? 'recovered' : 'not_recovered', detail }
}

/** Empty, NaN, infinite, error, timeout or stale: unknown. Several series: all must hold, or one with `any`. */
export async function evaluateQuery(check: QueryCheck, context: QueryContext): Promise<CheckResult> {
  if (context.metrics === null) return unknown('no Prometheus is configured')
  if (context.waitMs > 0) return unknown(`data is clear of the fault in ${Math.ceil(context.waitMs / 1000)} s`)
  try {
    const expr = substituteLabels(check.expr, context.labels)
    return judge(await context.metrics.evaluate(expr, context.now, context.signal), check, context.settledFrom)
  } catch (error) {
    if (error instanceof AdapterError || error instanceof MissingLabel) return unknown(error.message)
    throw error
  }
}
