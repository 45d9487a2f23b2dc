/**
 * Way: the routes of the configuration that a label set goes through.
 *
 * Depth first: the first route whose matchers hold, then the first of its children, and so on. What a child does not set
 * it inherits from the routes around it; parameters are inherited by name.
 */
import type { LabelTemplate } from '../../alert/label-template.ts'
import type { Parameters } from '../../authoring/index.ts'
import type { Route, ShippedRoute } from '../../config/settings.ts'
import { formatDuration } from '../../lib/duration.ts'
import { holds } from './holding.ts'

type Labels = Readonly<Record<string, string>>

/** What one step sets, as it is written in the configuration. */
export type StepValues = {
  readonly runbook?: string
  readonly mode?: string
  readonly budgets?: readonly string[]
  readonly cooldown?: string
  readonly target?: string
  readonly parameters?: Parameters
}

/** One step of the way: a route, or what chose the runbook where no route names one. */
export type RouteStep = {
  /** `routes[2].routes[0]`, `runbook: container-down` (by its own matchers) or `shipped: ContainerKilled`. */
  readonly route: string
  /** Matchers that hold. */
  readonly match: readonly string[]
  readonly sets: StepValues
}

/** What the routes of a way come to together; `null`: none of them sets it. */
export type Overrides = Pick<Route, 'runbook' | 'mode' | 'budgets' | 'cooldownMs'> & {
  readonly target: LabelTemplate | null
  readonly parameters: Parameters
}

/** Routes that hold, from the outermost to the innermost, and what they come to. */
export type Way = { readonly steps: readonly RouteStep[]; readonly overrides: Overrides }

const nothing: Overrides = {
  runbook: null,
  mode: null,
  budgets: null,
  cooldownMs: null,
  target: null,
  parameters: {},
}

/** Follows the routes; no step where none holds. */
export function followRoutes(routes: readonly Route[], labels: Labels): Way {
  const steps: RouteStep[] = []
  let overrides = nothing
  let level = routes
  let above = ''
  for (;;) {
    const index = level.findIndex(({ match }) => holds(match, labels))
    const route = level[index]
    if (route === undefined) return { steps, overrides }
    const path = `${above}routes[${index}]`
    steps.push({ route: path, match: route.match, sets: valuesOf(route) })
    overrides = inherit(route, overrides)
    level = route.routes ?? []
    above = `${path}.`
  }
}

const inherit = (route: Route, outer: Overrides): Overrides => ({
  runbook: route.runbook ?? outer.runbook,
  mode: route.mode ?? outer.mode,
  budgets: route.budgets ?? outer.budgets,
  cooldownMs: route.cooldownMs ?? outer.cooldownMs,
  target: route.target ?? outer.target,
  parameters: { ...outer.parameters, ...route.parameters },
})

// Written once per route: a storm of alerts takes the same few ways.
const written = new WeakMap<Route | ShippedRoute, StepValues>()

/** What a route sets, as it is written. */
export function valuesOf(route: Route | ShippedRoute): StepValues {
  const values = written.get(route) ?? writeValues(route)
  written.set(route, values)
  return values
}

const writeValues = (route: Route | ShippedRoute): StepValues => ({
  ...(route.runbook !== null && { runbook: route.runbook }),
  ...('mode' in route && writeLimits(route)),
  ...(route.target !== undefined && { target: route.target.text }),
  ...('parameters' in route && { parameters: route.parameters }),
})

const writeLimits = ({ mode, budgets, cooldownMs }: Route): StepValues => ({
  ...(mode !== null && { mode }),
  ...(budgets !== null && { budgets: budgets.map(({ count, windowMs }) => `${count}/${formatDuration(windowMs)}`) }),
  ...(cooldownMs !== null && { cooldown: formatDuration(cooldownMs) }),
})
