/** Evaluates all checks of a rung at one instant. */
import type { Check, Lineage, QueryCheck } from '../../authoring/index.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import { assertNever } from '../../lib/assert-never.ts'
import type { EngineDeps } from '../deps.ts'
import type { Container } from '../ports.ts'
import { seeReplicas } from '../see.ts'
import { evaluateAlertInactive, type QuietDeps } from './alert-inactive.ts'
import { evaluateHealthy } from './healthy.ts'
import { evaluateProbe } from './probe.ts'
import { evaluateQuery, settlePoint } from './query.ts'
import { type CheckResult, combine, describeCheck } from './result.ts'
import { evaluateRunning, runText } from './running.ts'

/** The end of an act: epoch milliseconds, and the same instant on the clock that never jumps. */
export type ActInstant = { readonly at: number; readonly monotonic: number }

/** What is looked at, and since when data counts. */
export type Look = {
  readonly checks: readonly Check[]
  readonly lineage: Lineage
  readonly labels: Readonly<Record<string, string>>
  /** When the target was acted on, by both clocks, as the wall clock may jump; `null` before any act. */
  readonly acted: ActInstant | null
  /** True for a look that stands alone: a sample older than the window and one scrape says nothing of now. */
  readonly isOfNow: boolean
  /** `runText` of the look before; `null` at the first. */
  readonly previousRun: string | null
  /** `quietSince` of the look before; `null` at the first. */
  readonly quietSince: number | null
  /** The target's replicas, where they were seen just now; default is to look. */
  readonly seen?: readonly Container[]
}

/** What was seen. */
export type Sight = {
  readonly result: 'recovered' | 'not_recovered' | 'unknown'
  readonly checks: readonly CheckSight[]
  /** `null` when the containers could not be observed. */
  readonly run: string | null
  /** Since when no look has seen an alert of the incident in Alertmanager, on the monotonic clock; `null`: it is not so. */
  readonly quietSince: number | null
}

/** What one check saw. */
export type CheckSight = CheckResult & {
  readonly kind: Check['kind']
  /** The check in words. */
  readonly check: string
}

/** What looking needs of the engine's surroundings. */
export type LookDeps = Pick<EngineDeps, 'containers' | 'metrics' | 'probes' | 'clock' | 'settings'> & QuietDeps

type Surroundings = { readonly deps: LookDeps; readonly look: Look; readonly signal: AbortSignal }

const evaluateOne = async (
  check: Check,
  containers: readonly Container[] | string,
  { deps, look, signal }: Surroundings,
): Promise<CheckResult & { readonly quietSince?: number | null }> => {
  switch (check.kind) {
    case 'query': {
      const waitMs = look.acted === null ? 0 : msUntilSettled(deps, check, look.acted)
      const now = deps.clock.now()
      const settledFrom = countsFrom(deps, check, look)
      return evaluateQuery(check, { metrics: deps.metrics, labels: look.labels, now, settledFrom, waitMs, signal })
    }
    case 'running':
      if (typeof containers === 'string') return { result: 'unknown', detail: containers }
      return evaluateRunning(containers, look.previousRun)
    case 'healthy':
      if (typeof containers === 'string') return { result: 'unknown', detail: containers }
      return evaluateHealthy(containers, { actedAt: look.acted?.at ?? null, previousRun: look.previousRun })
    case 'alertInactive': {
      const { lineage, isOfNow, quietSince } = look
      return evaluateAlertInactive(deps, { lineage, isOfNow, quietSince, actedAt: look.acted?.at ?? null }, signal)
    }
    case 'probe':
      if (typeof containers === 'string') return { result: 'unknown', detail: containers }
      return evaluateProbe(containers, { check, probes: deps.probes, signal })
    default:
      return assertNever(check)
  }
}

/** From when on samples count: after what we did, and, for a look that stands alone, recently. */
const countsFrom = ({ clock, settings }: LookDeps, check: QueryCheck, look: Look): number => {
  const { scrapeIntervalMs } = settings
  const acted = look.acted === null ? Number.NEGATIVE_INFINITY : settlePoint(check, look.acted.at, scrapeIntervalMs)
  const recent = clock.now() - settlePoint(check, 0, scrapeIntervalMs)
  return look.isOfNow ? Math.max(acted, recent) : acted
}

/** By the later of both clocks: a wall clock that jumps ahead must not make old data look new. */
const msUntilSettled = ({ clock, settings }: LookDeps, check: QueryCheck, acted: ActInstant): number => {
  const { scrapeIntervalMs } = settings
  return Math.max(
    settlePoint(check, acted.at, scrapeIntervalMs) - clock.now(),
    settlePoint(check, acted.monotonic, scrapeIntervalMs) - clock.monotonic(),
  )
}

/** A check whose evaluation breaks, whoever is to blame, has seen nothing: that is told, and not retried for ever. */
const evaluateSafely = async (
  check: Check,
  containers: readonly Container[] | string,
  surroundings: Surroundings,
): ReturnType<typeof evaluateOne> => {
  try {
    return await evaluateOne(check, containers, surroundings)
  } catch (error) {
    return { result: 'unknown', detail: error instanceof Error ? error.message : 'the check broke' }
  }
}

/** Looks once. Any fault makes a check unknown. Rejects when the signal is aborted: then nothing was seen. */
export async function evaluateChecks(deps: LookDeps, look: Look, signal: AbortSignal): Promise<Sight> {
  const seen = look.seen ?? (await seeReplicas(deps, look.lineage, signal))
  const containers = seen instanceof AdapterError ? seen.message : seen
  const answers = await Promise.all(
    look.checks.map(async (check) => ({ check, ...(await evaluateSafely(check, containers, { deps, look, signal })) })),
  )
  signal.throwIfAborted()
  const checks = answers.map(({ check, result, detail }) => ({
    kind: check.kind,
    check: describeCheck(check),
    result,
    detail,
  }))
  return {
    result: combine(checks),
    checks,
    run: typeof containers === 'string' ? null : runText(containers),
    quietSince: answers.find(({ check }) => check.kind === 'alertInactive')?.quietSince ?? null,
  }
}
