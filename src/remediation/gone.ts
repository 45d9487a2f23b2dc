/** Gone: no container of the target is left. It may be on its way back, as when a person removes and re-creates it. */
import type { Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { end } from './end.ts'
import { giveUp } from './give-up.ts'
import { transition } from './journal.ts'
import { again, type Next, wait } from './next.ts'
import { unhelpfulAttempts } from './opening.ts'
import { firingEpisodes } from './routing/calls.ts'

/** How long a target may be without containers before its incident ends. */
export const goneAfterMs = 60_000

/** What was done since it was opened has not helped, and an alert still fires. */
const isUnhelped = (deps: EngineDeps, incident: Incident): boolean =>
  firingEpisodes(deps, incident).length > 0 && unhelpfulAttempts(deps, incident).length > 0

/** Waits for `goneAfterMs`, then ends the incident; people are told instead where it was acted on in vain. */
export async function gone(deps: EngineDeps, incident: Incident): Promise<Next> {
  const now = deps.clock.now()
  // Since when it is known, as the time until which to wait; `null`: this is the first look that says so.
  const until = incident.reason === 'no-target' ? incident.until : null
  if (until === null) {
    transition(deps, incident, {
      change: { state: 'deferred', reason: 'no-target', until: now + goneAfterMs, proposal: null },
      note: { kind: 'deferred', text: 'no container of the target is left', data: { reason: 'no-target' } },
    })
    return wait(goneAfterMs)
  }
  const remainingMs = until - now
  if (remainingMs > 0 && remainingMs <= goneAfterMs) return wait(remainingMs)
  if (isUnhelped(deps, incident)) {
    const detail = 'no container of the target has come back after what was done, and the alert still fires'
    return giveUp(deps, incident, { reason: 'no-target', detail, containers: [] })
  }
  end(deps, incident, { outcome: 'target_gone', text: 'no container of the target has come back' })
  return again
}
