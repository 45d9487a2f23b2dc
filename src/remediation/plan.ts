/** Plan: what would be done for an alert now, without doing or recording anything. */
import type { Action, Observation } from '../authoring/index.ts'
import { judgeOptIn } from '../guard/opt-in.ts'
import { judgeAll } from '../guard/pipeline.ts'
import type { Decision, Verdict } from '../guard/verdict.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import type { EngineDeps } from './deps.ts'
import { type FactsLedger, gatherFacts } from './gather-facts.ts'
import type { Ledger } from './ledger.ts'
import { toContainerFacts, toObservation, toTarget } from './observe.ts'
import type { Container } from './ports.ts'
import { propose } from './propose.ts'
import { resolve } from './routing/resolve.ts'
import { type Routed, route } from './routing/route.ts'
import type { RouteStep } from './routing/way.ts'

/** The alert that is planned for. */
export type PlannedAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** What would be done, and why. `detail` says in words what decided. */
export type Plan = {
  readonly decision: 'act' | 'wait' | 'ask' | 'refuse' | 'no-route'
  readonly target: string | null
  readonly runbook: string | null
  readonly rung: string | null
  readonly diagnosis: { readonly causes: readonly [] }
  readonly actions: readonly Action[]
  readonly verdicts: readonly Verdict[]
  readonly detail: string
  /** The way that the labels took through the routes, outermost first, up to what chose the runbook. */
  readonly route: readonly RouteStep[]
}

const nothing: Plan = {
  decision: 'refuse',
  target: null,
  runbook: null,
  rung: null,
  diagnosis: { causes: [] },
  actions: [],
  verdicts: [],
  detail: '',
  route: [],
}

const decisions = { allow: 'act', defer: 'wait', ask: 'ask', refuse: 'refuse' } as const

const refusal = (guard: string, reason: Verdict['reason'], detail: string): Verdict => ({
  guard,
  verdict: 'refuse',
  reason,
  detail,
  until: null,
})

/** What planning needs: of the ledger, only what guards and the ladder look up. */
export type PlanDeps = Pick<EngineDeps, 'settings' | 'containers' | 'runbooks' | 'clock'> & {
  readonly ledger: FactsLedger & Pick<Ledger, 'activeIncident'>
}

/** Plans for an alert that fires now. */
export async function plan(deps: PlanDeps, alert: PlannedAlert, signal: AbortSignal): Promise<Plan> {
  const routed = route(alert.labels, deps.runbooks.list(), deps.settings)
  const way = { ...nothing, route: routed.way }
  if (routed.runbook === null) return { ...way, decision: 'no-route', detail: routed.detail }
  const { name } = routed.runbook
  const chosen = { ...way, runbook: name }
  const fault = deps.runbooks.labelFault(name, alert.labels)
  if (fault !== null) return { ...chosen, decision: 'no-route', detail: fault }
  const read = deps.runbooks.readParameters(name, routed.parameters)
  if (!read.ok) return { ...chosen, decision: 'no-route', detail: read.found }
  try {
    const containers = await deps.containers.list(signal)
    const { target } = routed
    const resolution = resolve(alert.labels, { firedAt: deps.clock.now(), containers, target })
    if (resolution.kind === 'none') {
      const { reason, detail } = resolution
      return { ...chosen, verdicts: [refusal('resolve', reason, detail)], detail }
    }
    const known = { ...chosen, target: resolution.lineage }
    const verdict = judgeOptIn(resolution.containers.map(toContainerFacts))
    if (verdict.verdict !== 'allow') return { ...known, verdicts: [verdict], detail: verdict.detail }
    const spoken = { ...alert, parameters: read.parameters }
    return await planClimb(deps, { known, routed, alert: spoken, containers: resolution.containers })
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    return { ...chosen, verdicts: [refusal('resolve', 'cannot-tell', error.message)], detail: error.message }
  }
}

type ClimbQuestion = {
  /** What is known of the plan so far. */
  readonly known: Plan & { readonly target: string }
  readonly routed: Routed
  readonly alert: PlannedAlert & Pick<Observation, 'parameters'>
  readonly containers: readonly Container[]
}

const planClimb = async (deps: PlanDeps, { known, routed, alert, containers }: ClimbQuestion): Promise<Plan> => {
  const lineage = known.target
  const observation = toObservation(toTarget(lineage, containers), alert, deps.clock.now())
  const active = deps.ledger.activeIncident(lineage)
  const from = active?.runbook === routed.runbook.name ? active.rung : 0
  const { offer } = await propose(deps.runbooks, routed.runbook, { from, observation })
  if (offer.kind === 'broken') return { ...known, detail: offer.detail }
  if (offer.kind === 'exhausted') return { ...known, detail: 'no rung of the ladder has anything to do' }
  const facts = gatherFacts(deps, {
    lineage,
    incident: active ?? null,
    rung: offer.index,
    labels: alert.labels,
    limits: routed.limits,
    containers,
  })
  const decision: Decision = judgeAll(facts)
  return {
    ...known,
    decision: decisions[decision.verdict],
    rung: offer.rung.name,
    actions: offer.actions,
    verdicts: decision.verdicts,
    detail: decision.detail,
  }
}
