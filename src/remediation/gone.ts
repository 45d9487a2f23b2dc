/** Gone: no container of the target is left. It may be on its way back, as when a person removes and re-creates it. */
import type { Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { isStopped } from './give-up.ts'
import { transition } from './journal.ts'
import { again, type Next, wait } from './next.ts'

/** How long a target may be without containers before its incident ends. */
export const goneAfterMs = 60_000

/** Since when it is known, as the time until which to wait; `null`: this is the first look that says so. */
const graceOf = (incident: Incident): number | null => {
  // The reason of a stopped incident must stay, in case the target comes back: it counts from that reason on.
  if (isStopped(incident)) return incident.updatedAt + goneAfterMs
  return incident.reason === 'no-target' ? incident.until : null
}

/** Waits for `goneAfterMs`, then ends the incident. */
export function gone(deps: EngineDeps, incident: Incident): Next {
  const now = deps.clock.now()
  const until = graceOf(incident)
  if (until === null) {
    transition(deps, incident, {
      change: { state: 'deferred', reason: 'no-target', until: now + goneAfterMs, proposal: null },
      note: { kind: 'deferred', text: 'no container of the target is left', data: { reason: 'no-target' } },
    })
    return wait(goneAfterMs)
  }
  const remainingMs = until - now
  if (remainingMs > 0 && remainingMs <= goneAfterMs) return wait(remainingMs)
  end(deps, incident, { outcome: 'target_gone', text: 'no container of the target has come back' })
  return again
}
