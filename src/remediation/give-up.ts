/** Give up: automation stops here, and people are told, unless automation was neither allowed to act nor ever did. */
import { lowerMode } from '../guard/mode.ts'
import type { Incident, IncidentReason, Mode } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { type EscalationCause, escalate } from './escalate.ts'
import { again, type Next } from './next.ts'
import type { Container } from './ports.ts'

/**
 * Reasons with which an open incident has nothing before it but its escalation: they are committed with what led to
 * them, and acted upon by the next step, also after a crash in between.
 */
const stopReasons: readonly (IncidentReason | null)[] = [
  'proof-unknown',
  'ladder-exhausted',
  'runbook-broken',
  'flapping',
  'rejected',
]

/** True when the incident waits for nothing but its escalation. */
export function isStopped(incident: Incident): boolean {
  return incident.state === 'open' && stopReasons.includes(incident.reason)
}

/** True when selfheal may act on the incident by itself, or has acted. */
export function isHandsOn(deps: Pick<EngineDeps, 'ledger' | 'settings'>, incident: Incident, mode?: Mode): boolean {
  const allowed = mode ?? lowerMode(incident.mode, deps.settings.ceiling)
  return allowed === 'auto' || deps.ledger.attemptsOf(incident.id).length > 0
}

/** Escalates; where nothing may be done and nothing was done, the incident ends as advised instead. */
export async function giveUp(
  deps: EngineDeps,
  incident: Incident,
  cause: EscalationCause & { readonly mode?: Mode },
): Promise<Next> {
  if (isHandsOn(deps, incident, cause.mode)) {
    await escalate(deps, incident, cause)
    return again
  }
  const text = `nothing may be done here and nothing was done: ${cause.reason}${cause.detail === '' ? '' : ` (${cause.detail})`}`
  end(deps, incident, { outcome: 'advised', reason: cause.reason, text, ...(cause.also && { also: cause.also }) })
  return again
}

const detailOf = (deps: EngineDeps, incident: Incident): string => {
  const last = deps.ledger.attemptsOf(incident.id).at(-1)
  switch (incident.reason) {
    case 'proof-unknown':
      return last?.evidence.map(({ check, after }) => `${check}: ${after ?? 'not looked at'}`).join('; ') ?? ''
    case 'ladder-exhausted':
      return last === undefined ? '' : `rung "${last.rungName}" was the last one, and it did not help`
    case 'runbook-broken':
      return `runbook ${incident.runbook} is no longer loaded, so its proof could not be run`
    case 'flapping':
      return `it fired again ${incident.reopened} times after it had ended`
    case 'rejected':
      return deps.ledger.timeline(incident.id).findLast(({ kind }) => kind === 'rejected')?.text ?? ''
    default:
      return ''
  }
}

/** Escalates a stopped incident, with what is seen of its target now; `null`: it cannot be seen. */
export async function stopHealing(
  deps: EngineDeps,
  incident: Incident,
  seen: readonly Container[] | null,
): Promise<Next> {
  const reason = incident.reason ?? 'proof-unknown'
  return giveUp(deps, incident, { reason, detail: detailOf(deps, incident), containers: seen ?? [] })
}
