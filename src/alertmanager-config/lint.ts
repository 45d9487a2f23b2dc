/** Everything in an alertmanager.yml that breaks healing, with its place. */
import { formatPath } from '../config/config-fault.ts'
import { readSource } from '../config/config-source.ts'
import { isAtLeast, type LintContext, type Subject } from './context.ts'
import { findSelfheal } from './find-selfheal.ts'
import type { Finding, PlacedFinding } from './finding.ts'
import { readInhibition } from './inhibition.ts'
import { lintInhibition } from './lint-inhibition.ts'
import { lintOwnAlerts } from './lint-own-alerts.ts'
import { lintReceivers } from './lint-receivers.ts'
import { lintRoutes } from './lint-routes.ts'
import { readRoutes } from './read-routes.ts'
import { createReader, type Reader } from './reader.ts'
import { type Receiver, readReceivers } from './receiver.ts'
import { allRoutes, lastOf, matchersOf, type RouteNode, walk } from './route-node.ts'
import { satisfy } from './satisfy.ts'

/** The findings, in the order of the file; `subject` is `null` where the file has no routes to judge. */
export type Linted = { readonly findings: readonly PlacedFinding[]; readonly subject: Subject | null }

/** Reads and judges a file. Nothing of its addresses and secrets is in what is found. */
export function lintAlertmanager(file: string, text: string, context: LintContext): Linted {
  const source = readSource(file, text, { deepest: 50, merge: true })
  if (!('value' in source)) {
    return { findings: source.map((fault) => ({ severity: 'fault', ...fault })), subject: null }
  }
  const reader = createReader(source.value)
  const { subject, findings } = judge(reader, source.value, context)
  const placed = [...reader.findings, ...findings].map(({ severity, path, found, expected }): PlacedFinding => {
    return { severity, ...source.placeOf(path), path: formatPath(path), found, expected }
  })
  return { findings: withoutDoubles(placed).sort((a, b) => a.line - b.line || a.column - b.column), subject }
}

function judge(
  reader: Reader,
  root: unknown,
  context: LintContext,
): { readonly subject: Subject | null; readonly findings: readonly Finding[] } {
  // Before 0.27 there was only the classic parser; what later ones fall back to is a superset of it.
  const isClassic = context.version !== null && !isAtLeast(context.version, 0, 27)
  const dialect = isClassic ? 'classic' : 'fallback'
  const route = readRoutes(reader, dialect)
  const receivers = readReceivers(reader, root)
  const inhibition = readInhibition(reader, dialect)
  const { selfheal, findings } = findSelfheal(receivers, context)
  if (route === null) return { subject: null, findings }
  const healingRoutes = allRoutes(route).filter((path) => {
    const end = lastOf(path)
    return selfheal.has(end.receiver) && (end.routes.length === 0 || canEndAt(route, path))
  })
  const subject: Subject = { context, root: route, receivers, inhibition, selfheal, healingRoutes }
  return {
    subject,
    findings: [
      ...findings,
      ...lintStructure(route, receivers),
      ...lintReceivers(subject),
      ...lintRoutes(subject),
      ...lintOwnAlerts(subject),
      ...lintInhibition(subject),
    ],
  }
}

const canEndAt = (root: RouteNode, path: Parameters<typeof matchersOf>[0]): boolean => {
  const labels = satisfy(matchersOf(path))
  return labels !== null && walk(root, labels).includes(lastOf(path))
}

/** What Alertmanager itself would refuse: only where it bears on who gets an alert. */
function lintStructure(root: RouteNode, receivers: readonly Receiver[]): readonly Finding[] {
  const names = new Set(receivers.map(({ name }) => name))
  const found: Finding[] = []
  if (root.matchers.length > 0) {
    found.push({ severity: 'fault', path: root.path, found: 'a root route with matchers', expected: 'one without' })
  }
  if (root.hasContinue) {
    found.push({
      severity: 'fault',
      path: [...root.path, 'continue'],
      found: 'it at the root',
      expected: 'no continue',
    })
  }
  for (const around of allRoutes(root)) {
    const { path, receiver } = lastOf(around)
    const isInherited = around.at(-2)?.receiver === receiver
    if (names.has(receiver) || receiver === '' || isInherited) continue
    const known = receivers.slice(0, 10).map(({ name }) => name)
    found.push({
      severity: 'fault',
      path: [...path, 'receiver'],
      found: `${JSON.stringify(receiver.slice(0, 100))}, which no receiver is called`,
      expected: known.length === 0 ? 'receivers' : `one of ${known.join(', ')}`,
    })
  }
  return found
}

/** What routes inherit is wrong once, where it is written. */
function withoutDoubles(findings: readonly PlacedFinding[]): PlacedFinding[] {
  const seen = new Set<string>()
  return findings.filter((finding) => {
    const key = JSON.stringify(finding)
    return !seen.has(key) && seen.add(key)
  })
}
