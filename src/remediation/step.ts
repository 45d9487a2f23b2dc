/** One step of a target: what its incident wants now. */
import type { Incident } from '../incident/record.ts'
import { isMoreUrgent } from '../incident/urgency.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { EngineDeps } from './deps.ts'
import { heal } from './heal.ts'
import { expireApproval } from './hold.ts'
import { idle, type Next, wait } from './next.ts'
import { resume } from './resume.ts'
import { route } from './route.ts'
import { watchEscalated } from './watch-escalated.ts'

/** A waiting incident is looked at again early when its alerts have closed, or when a more urgent one has joined. */
const wantsAttention = (deps: EngineDeps, incident: Incident): boolean => {
  if (incident.reason === 'engine-unreachable') return true
  const firing = deps.ledger.episodesOf(incident.id).filter((episode) => episode.state === 'firing')
  if (firing.length === 0) return true
  const loaded = deps.runbooks.list()
  const own = loaded.find((runbook) => runbook.name === incident.runbook)
  if (own === undefined) return true
  return firing.some((episode) => {
    const wanted = route(episode.labels, loaded, deps.settings).runbook
    return wanted !== null && isMoreUrgent(wanted.urgency, own.urgency)
  })
}

/** Does the next thing for the target's incident, if it has one. */
export async function step(deps: EngineDeps, target: string, signal: AbortSignal): Promise<Next> {
  const incident = deps.ledger.activeIncident(target)
  if (incident === undefined) return idle
  const now = deps.clock.now()
  const remainingMs = (incident.until ?? now) - now
  switch (incident.state) {
    case 'open':
      return heal(deps, incident, signal)
    case 'deferred':
      return remainingMs <= 0 || wantsAttention(deps, incident) ? heal(deps, incident, signal) : wait(remainingMs)
    case 'awaiting_approval':
      if (remainingMs <= 0) return expireApproval(deps, incident)
      return wantsAttention(deps, incident) ? heal(deps, incident, signal) : wait(remainingMs)
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
