/** Route: labels to runbook, mode and limits. */
import { type Matcher, matches, parseMatchers } from '../alert/matcher.ts'
import type { Budget, EngineSettings, Route } from '../config/settings.ts'
import { parseBudget } from '../guard/parse-budget.ts'
import type { Mode } from '../incident/record.ts'
import { isMoreUrgent } from '../incident/urgency.ts'
import type { RunbookInfo } from './ports.ts'

type Labels = Readonly<Record<string, string>>
type RouteSettings = Pick<EngineSettings, 'routes' | 'mode' | 'budgets' | 'cooldownMs'>

/** How much may be done for a label set, by whichever runbook. */
export type Limits = {
  readonly mode: Mode
  readonly budgets: readonly Budget[]
  readonly cooldownMs: number
}

/** Where a label set goes. */
export type Routed = { readonly runbook: RunbookInfo; readonly limits: Limits }

/** Why a label set goes nowhere. */
export type Unrouted = { readonly runbook: null; readonly reason: 'own-alert' | 'no-route'; readonly detail: string }

// Matchers are compiled once per list: configuration and runbooks are frozen values that are asked again and again.
const compiled = new WeakMap<readonly string[], readonly Matcher[]>()

const matchesAll = (texts: readonly string[], labels: Labels): boolean => {
  const matchers = compiled.get(texts) ?? parseMatchers(texts)
  compiled.set(texts, matchers)
  return matches(matchers, labels)
}

const findRoute = (routes: readonly Route[], labels: Labels): Route | undefined =>
  routes.find((route) => matchesAll(route.match, labels))

/** The most urgent runbook, the first of several; `undefined` when there is none. */
export function mostUrgent(candidates: readonly RunbookInfo[]): RunbookInfo | undefined {
  return candidates.reduce<RunbookInfo | undefined>(
    (best, next) => (best === undefined || isMoreUrgent(next.urgency, best.urgency) ? next : best),
    undefined,
  )
}

const choose = (
  runbooks: readonly RunbookInfo[],
  route: Route | undefined,
  labels: Labels,
): RunbookInfo | undefined => {
  if (route !== undefined && route.runbook !== null) return runbooks.find((runbook) => runbook.name === route.runbook)
  const matching = runbooks.filter((runbook) => matchesAll(runbook.match, labels))
  const wanted = labels.selfheal_runbook
  return wanted === undefined || wanted === ''
    ? mostUrgent(matching)
    : matching.find((runbook) => runbook.name === wanted)
}

const whyNone = (found: Route | undefined, labels: Labels): string => {
  const routed = found?.runbook ?? null
  if (routed !== null) return `the route names the runbook ${JSON.stringify(routed)}, which is not loaded`
  const wanted = labels.selfheal_runbook ?? ''
  return wanted === ''
    ? 'no route and no runbook matches these labels'
    : `no runbook named ${JSON.stringify(wanted.slice(0, 100))} matches these labels`
}

/** Mode, budgets and cooldown: the route's, else the runbook's, else the global ones. */
export function limitsFor(runbook: RunbookInfo, labels: Labels, settings: RouteSettings): Limits {
  const found = findRoute(settings.routes, labels)
  return {
    mode: found?.mode ?? settings.mode,
    budgets: found?.budgets ?? (runbook.budgets === null ? settings.budgets : runbook.budgets.map(parseBudget)),
    cooldownMs: found?.cooldownMs ?? runbook.cooldownMs ?? settings.cooldownMs,
  }
}

/**
 * Binds labels to a runbook. The first configured route whose matchers hold decides; without one, or where it names no
 * runbook, the runbooks' own matchers do, and the most urgent wins. Alerts of our own that tell people are never routed.
 */
export function route(labels: Labels, runbooks: readonly RunbookInfo[], settings: RouteSettings): Routed | Unrouted {
  const origin = labels.selfheal_origin
  if (origin === 'escalation' || origin === 'self') {
    return { runbook: null, reason: 'own-alert', detail: `selfheal_origin is ${origin}: told to people, never healed` }
  }
  const found = findRoute(settings.routes, labels)
  const runbook = choose(runbooks, found, labels)
  if (runbook === undefined) return { runbook: null, reason: 'no-route', detail: whyNone(found, labels) }
  return { runbook, limits: limitsFor(runbook, labels, settings) }
}
