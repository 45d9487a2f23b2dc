/** What would become of the alerts that selfheal itself posts: escalations, and trouble of its own. */
import type { Subject } from './context.ts'
import type { Finding } from './finding.ts'
import { tellsPeople } from './lint-routes.ts'
import { type Labels, lastOf, matchersOf, walk } from './route-node.ts'
import { type Known, satisfy } from './satisfy.ts'

const origins = ['escalation', 'self'] as const

/** Labels that selfheal gives its alerts, with values that depend on the case. */
const ownLabels = ['severity', 'selfheal_target', 'selfheal_runbook', 'selfheal_stage']

/** A value is known but for the labels that depend on the case; labels that are not carried are not there. */
export function knownOfOwn(origin: (typeof origins)[number], copyLabels: readonly string[]): Known {
  return (name) => {
    if (name === 'selfheal_origin') return origin
    if (name === 'alertname') return origin === 'escalation' ? 'SelfhealEscalation' : undefined
    return ownLabels.includes(name) || copyLabels.includes(name) ? undefined : ''
  }
}

const typical = (origin: (typeof origins)[number]): Labels => ({
  alertname: origin === 'escalation' ? 'SelfhealEscalation' : 'SelfhealTrouble',
  severity: 'critical',
  selfheal_origin: origin,
  selfheal_target: 'local/shop/web',
  selfheal_runbook: 'container-down',
  selfheal_stage: 'ladder-exhausted',
})

/** Looks for ways back to selfheal, and for escalations that reach nobody. */
export function lintOwnAlerts(subject: Subject): readonly Finding[] {
  const { root, selfheal, healingRoutes, context } = subject
  if (selfheal.size === 0) return []
  const backAt = new Map<(typeof healingRoutes)[number], string[]>()
  for (const origin of origins) {
    for (const path of healingRoutes) {
      const labels = satisfy(matchersOf(path), knownOfOwn(origin, context.copyLabels))
      const ways = [typical(origin), ...(labels === null ? [] : [{ selfheal_origin: origin, ...labels }])]
      if (!ways.some((way) => walk(root, way).includes(lastOf(path)))) continue
      backAt.set(path, [...(backAt.get(path) ?? []), origin])
    }
  }
  const back = [...backAt].map(
    ([path, names]): Finding => ({
      severity: 'fault',
      path: lastOf(path).path,
      found: `selfheal's own alerts (selfheal_origin="${names.join('" and "')}") sent back to it`,
      expected: `above it a route for matchers: ['selfheal_origin=~"escalation|self"'] to people, without continue`,
    }),
  )
  const isHeard = walk(root, typical('escalation')).some((end) => tellsPeople(end, subject))
  if (isHeard) return back
  return [
    ...back,
    {
      severity: 'fault',
      path: ['route'],
      found: 'escalations that reach nobody',
      expected: `a route for matchers: ['selfheal_origin=~"escalation|self"'] to a receiver that tells people`,
    },
  ]
}
