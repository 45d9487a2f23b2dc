/** Route: labels to runbook, mode and limits. */
import type { LabelTemplate } from '../../alert/label-template.ts'
import type { Parameters } from '../../authoring/index.ts'
import type { Budget, EngineSettings } from '../../config/settings.ts'
import { parseBudget } from '../../guard/parse-budget.ts'
import type { Mode } from '../../incident/record.ts'
import { isMoreUrgent } from '../../incident/urgency.ts'
import type { RunbookInfo } from '../ports.ts'
import { countMatchers, holds } from './holding.ts'
import { followRoutes, type RouteStep, valuesOf, type Way } from './way.ts'

type Labels = Readonly<Record<string, string>>
type RouteSettings = Pick<EngineSettings, 'routes' | 'shippedRoutes' | 'mode' | 'budgets' | 'cooldownMs'>

/** How much may be done for a label set, by whichever runbook. */
export type Limits = {
  readonly mode: Mode
  readonly budgets: readonly Budget[]
  readonly cooldownMs: number
}

/** Where a label set goes. */
export type Routed = {
  readonly runbook: RunbookInfo
  readonly limits: Limits
  /** How the labels name the target; `null`: by the labels that every alert may carry. */
  readonly target: LabelTemplate | null
  /** Given by routes; not yet read by the runbook. */
  readonly parameters: Parameters
  /** The way that it took, outermost first; its last step chose the runbook, or narrowed the choice. */
  readonly way: readonly RouteStep[]
}

/** Why a label set goes nowhere. */
export type Unrouted = {
  readonly runbook: null
  readonly reason: 'own-alert' | 'no-route'
  readonly detail: string
  readonly way: readonly RouteStep[]
}

/** The more urgent one, then the more specific one (it has more matchers), then the first by name. */
const isBetter = (a: RunbookInfo, b: RunbookInfo): boolean => {
  if (a.urgency !== b.urgency) return isMoreUrgent(a.urgency, b.urgency)
  const more = countMatchers(a.match) - countMatchers(b.match)
  return more === 0 ? a.name < b.name : more > 0
}

/**
 * The most urgent runbook; of several, the one with more matchers, which is the more specific one; of several still, the
 * first by name. `undefined` when there is none.
 */
export function mostUrgent(candidates: readonly RunbookInfo[]): RunbookInfo | undefined {
  return candidates.reduce<RunbookInfo | undefined>(
    (best, next) => (best === undefined || isBetter(next, best) ? next : best),
    undefined,
  )
}

type Choice = Pick<Routed, 'runbook' | 'target'> & { readonly steps: readonly RouteStep[] }
type Question = { readonly labels: Labels; readonly runbooks: readonly RunbookInfo[]; readonly settings: RouteSettings }

/** An alert may say by its label which of the runbooks that match is meant. */
const isWanted = (name: string, labels: Labels): boolean => [undefined, '', name].includes(labels.selfheal_runbook)

const byItsMatchers = ({ labels, runbooks }: Question): Choice | undefined => {
  const matching = runbooks.filter(({ name, match }) => isWanted(name, labels) && holds(match, labels))
  const runbook = mostUrgent(matching)
  if (runbook === undefined) return undefined
  const { name, match } = runbook
  return { runbook, target: null, steps: [{ route: `runbook: ${name}`, match, sets: { runbook: name } }] }
}

/** What ships comes last, and never speaks of a runbook that is not loaded. */
const byShippedRoute = ({ labels, runbooks, settings }: Question): Choice | undefined => {
  for (const shipped of settings.shippedRoutes) {
    if (!isWanted(shipped.runbook, labels) || !holds(shipped.match, labels)) continue
    const runbook = runbooks.find(({ name }) => name === shipped.runbook)
    if (runbook === undefined) continue
    const { name, match, target } = shipped
    return { runbook, target: target ?? null, steps: [{ route: `shipped: ${name}`, match, sets: valuesOf(shipped) }] }
  }
  return undefined
}

const choose = (question: Question, { overrides }: Way): Choice | undefined => {
  if (overrides.runbook === null) return byItsMatchers(question) ?? byShippedRoute(question)
  const runbook = question.runbooks.find(({ name }) => name === overrides.runbook)
  return runbook && { runbook, target: null, steps: [] }
}

const whyNone = ({ overrides }: Way, labels: Labels): string => {
  const routed = overrides.runbook
  if (routed !== null) return `the route names the runbook ${JSON.stringify(routed)}, which is not loaded`
  const wanted = labels.selfheal_runbook ?? ''
  return wanted === ''
    ? 'no route and no runbook matches these labels'
    : `no runbook named ${JSON.stringify(wanted.slice(0, 100))} matches these labels`
}

const toLimits = (runbook: RunbookInfo, { overrides }: Way, settings: RouteSettings): Limits => ({
  mode: overrides.mode ?? settings.mode,
  budgets: overrides.budgets ?? (runbook.budgets === null ? settings.budgets : runbook.budgets.map(parseBudget)),
  cooldownMs: overrides.cooldownMs ?? runbook.cooldownMs ?? settings.cooldownMs,
})

/** Mode, budgets and cooldown: the route's, else the runbook's, else the global ones. */
export function limitsFor(runbook: RunbookInfo, labels: Labels, settings: RouteSettings): Limits {
  return toLimits(runbook, followRoutes(settings.routes, labels), settings)
}

/**
 * Binds labels to a runbook. The routes of the configuration decide; where they name no runbook, the runbooks' own
 * matchers do, and the most urgent wins (see `mostUrgent`); where none holds, the routes that ship. Limits, target and
 * parameters are the configured routes' in any case. Alerts of our own that tell people are never routed.
 */
export function route(labels: Labels, runbooks: readonly RunbookInfo[], settings: RouteSettings): Routed | Unrouted {
  const origin = labels.selfheal_origin
  if (origin === 'escalation' || origin === 'self') {
    const detail = `selfheal_origin is ${origin}: told to people, never healed`
    return { runbook: null, reason: 'own-alert', detail, way: [] }
  }
  const way = followRoutes(settings.routes, labels)
  const choice = choose({ labels, runbooks, settings }, way)
  if (choice === undefined) return { runbook: null, reason: 'no-route', detail: whyNone(way, labels), way: way.steps }
  const { runbook, target, steps } = choice
  return {
    runbook,
    limits: toLimits(runbook, way, settings),
    target: way.overrides.target ?? target,
    parameters: way.overrides.parameters,
    way: [...way.steps, ...steps],
  }
}
