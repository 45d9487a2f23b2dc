/** Evaluates all checks of a rung at one instant. */
import type { Check, Lineage } from '../../authoring/index.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import { assertNever } from '../../lib/assert-never.ts'
import type { EngineDeps } from '../deps.ts'
import type { Container } from '../ports.ts'
import { evaluateProbe } from './probe.ts'
import { evaluateQuery, settlePoint } from './query.ts'
import { type CheckResult, combine, describeCheck } from './result.ts'
import { evaluateRunning, runText } from './running.ts'

/** What is looked at, and since when data counts. */
export type Look = {
  readonly checks: readonly Check[]
  readonly lineage: Lineage
  readonly labels: Readonly<Record<string, string>>
  /** When the target was acted on; `null` before any act. */
  readonly actedAt: number | null
  /** `runText` of the look before; `null` at the first. */
  readonly previousRun: string | null
}

/** What was seen. */
export type Sight = {
  readonly result: 'recovered' | 'not_recovered' | 'unknown'
  readonly checks: readonly (CheckResult & { readonly check: string })[]
  /** `null` when the containers could not be observed. */
  readonly run: string | null
}

type Deps = Pick<EngineDeps, 'containers' | 'metrics' | 'probes' | 'clock' | 'settings'>

const observe = async (deps: Deps, lineage: Lineage, signal: AbortSignal): Promise<readonly Container[] | string> => {
  try {
    return (await deps.containers.observe(lineage, signal)).filter((container) => container.isReplica)
  } catch (error) {
    if (error instanceof AdapterError) return error.message
    throw error
  }
}

type Surroundings = { readonly deps: Deps; readonly look: Look; readonly signal: AbortSignal }

const evaluateOne = async (
  check: Check,
  containers: readonly Container[] | string,
  { deps, look, signal }: Surroundings,
): Promise<CheckResult> => {
  switch (check.kind) {
    case 'query': {
      const { metrics, clock, settings } = deps
      const settledFrom = look.actedAt === null ? null : settlePoint(check, look.actedAt, settings.scrapeIntervalMs)
      return evaluateQuery(check, { metrics, labels: look.labels, now: clock.now(), settledFrom, signal })
    }
    case 'running':
      if (typeof containers === 'string') return { result: 'unknown', detail: containers }
      return evaluateRunning(containers, look.previousRun)
    case 'probe':
      if (typeof containers === 'string') return { result: 'unknown', detail: containers }
      return evaluateProbe(containers, { check, probes: deps.probes, signal })
    default:
      return assertNever(check)
  }
}

/** Looks once. A fault of an adapter makes a check unknown; it never throws for one. */
export async function evaluateChecks(deps: Deps, look: Look, signal: AbortSignal): Promise<Sight> {
  const containers = await observe(deps, look.lineage, signal)
  const results = await Promise.all(
    look.checks.map(async (check) => ({
      check: describeCheck(check),
      ...(await evaluateOne(check, containers, { deps, look, signal })),
    })),
  )
  return { result: combine(results), checks: results, run: typeof containers === 'string' ? null : runText(containers) }
}
