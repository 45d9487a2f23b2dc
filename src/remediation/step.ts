/** One step of a target: what its incident wants now. */
import type { Incident, IncidentReason } from '../incident/record.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { EngineDeps } from './deps.ts'
import { heal } from './heal.ts'
import { Overtaken } from './journal.ts'
import { again, idle, lookAgainMs, type Next, wait } from './next.ts'
import { expireApproval } from './people/expire-approval.ts'
import { isHeldBack, isReleased } from './people/held-back.ts'
import { resume } from './resume.ts'
import { isCalledElsewhere } from './routing/take-over.ts'
import { isSilenced } from './silenced.ts'
import { watchEscalated } from './watch-escalated.ts'

/** What may be known by now although nothing happened that we are told of. */
const mayClearUp: readonly (IncidentReason | null)[] = ['engine-unreachable', 'cannot-tell', 'silenced']

/** A waiting incident is looked at again early when its alerts have closed, or when they call for another runbook. */
const wantsAttention = (deps: EngineDeps, incident: Incident): boolean =>
  mayClearUp.includes(incident.reason) || isReleased(deps, incident) || isCalledElsewhere(deps, incident)

/** A wall clock that jumped back must not prolong a wait: what was granted counts from now. */
const reground = ({ ledger, clock }: EngineDeps, incident: Incident): Incident => {
  const now = clock.now()
  if (incident.until === null || now >= incident.updatedAt) return incident
  const until = now + Math.max(0, incident.until - incident.updatedAt)
  return ledger.changeIncident(incident.id, { until }, now)
}

/** How long the incident has still to wait; a pause without an expiry is looked for again and again. */
const waitOf = ({ until, reason }: Incident, now: number): number => {
  if (until === null) return reason === 'paused' ? lookAgainMs : 0
  return until - now
}

/** What is overdue and does not expire yet is looked at again later. */
const waitAsked = (remainingMs: number): Next => (remainingMs > 0 ? wait(remainingMs) : wait())

/** Does the next thing for the target's incident, if it has one; a person who decides meanwhile is heeded. */
export async function step(deps: EngineDeps, target: string, signal: AbortSignal): Promise<Next> {
  try {
    return await stepOnce(deps, target, signal)
  } catch (error) {
    if (error instanceof Overtaken) return again
    throw error
  }
}

async function stepOnce(deps: EngineDeps, target: string, signal: AbortSignal): Promise<Next> {
  const active = deps.ledger.activeIncident(target)
  if (active === undefined) return idle
  const incident = reground(deps, active)
  const remainingMs = waitOf(incident, deps.clock.now())
  switch (incident.state) {
    case 'open':
      return heal(deps, incident, signal)
    case 'deferred':
      return remainingMs <= 0 || wantsAttention(deps, incident) ? heal(deps, incident, signal) : wait(remainingMs)
    case 'awaiting_approval':
      if (remainingMs <= 0 && !isSilenced(deps, incident) && !isHeldBack(deps, incident)) {
        return expireApproval(deps, incident, signal)
      }
      return wantsAttention(deps, incident) ? heal(deps, incident, signal) : waitAsked(remainingMs)
    case 'acting':
    case 'verifying':
      return resume(deps, incident, signal)
    case 'escalated':
      return watchEscalated(deps, incident, signal)
    case 'ended':
      return idle
    default:
      return assertNever(incident.state)
  }
}
