/** Inhibition rules that would take away from selfheal what it heals by. */
import type { Subject } from './context.ts'
import type { Finding } from './finding.ts'
import type { InhibitRule } from './inhibition.ts'
import { knownOfOwn } from './lint-own-alerts.ts'
import { lastOf, matchersOf } from './route-node.ts'
import { satisfy } from './satisfy.ts'

/** Looks for rules that mute alerts which go to selfheal: by its own escalations, or by others. */
export function lintInhibition(subject: Subject): readonly Finding[] {
  return subject.inhibition.flatMap((rule): readonly Finding[] => {
    const muted = subject.healingRoutes.find(
      (path) => satisfy([...matchersOf(path), ...rule.target], notOwn) !== null && rule.target.length > 0,
    )
    if (muted === undefined) return []
    if (isMutedByEscalation(rule, subject)) {
      return [
        {
          severity: 'fault',
          path: rule.path,
          found: 'escalations that mute the alerts which they are about: selfheal would never hear of their end',
          expected: `selfheal_origin!~"escalation|self" among the source_matchers, or 'alertname' in equal`,
        },
      ]
    }
    const place = lastOf(muted).path
    return [
      {
        severity: 'note',
        path: rule.path,
        found: `alerts of ${place.length === 1 ? 'the root route' : `routes[${place.at(-1)}]`} that can be muted: they vanish from what selfheal is sent, their end included`,
        expected: 'target_matchers that leave out what selfheal heals',
      },
    ]
  })
}

const notOwn = (name: string): string | undefined => (name === 'selfheal_origin' ? '' : undefined)

/** Labels that an alert may share with its escalation; of all others only one of the two has a value. */
function isMutedByEscalation({ source, target, equal }: InhibitRule, { context }: Subject): boolean {
  // The idiom of kube-prometheus: whatever fires mutes a named alert that exists only to inhibit others.
  if (source.length === 0 && target.some(({ name, op }) => name === 'alertname' && op === '=')) return false
  if (satisfy(source, knownOfOwn('escalation', context.copyLabels)) === null) return false
  const shared = [...context.copyLabels, 'selfheal_target', 'severity']
  return equal.every((label) => shared.includes(label))
}
