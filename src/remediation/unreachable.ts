/** The container engine does not answer: nothing is known, so nothing is done; after a while people are told. */
import type { Incident } from '../incident/record.ts'
import type { AdapterError } from '../lib/adapter-error.ts'
import type { EngineDeps } from './deps.ts'
import { escalate } from './escalate.ts'
import { transition } from './journal.ts'
import { again, lookAgainMs, type Next, wait } from './next.ts'

/** How long the container engine may be silent before people are told. */
export const silenceLimitMs = 5 * 60_000

/** Waits for the engine; from `silenceLimitMs` on the incident escalates as `engine-unreachable`. */
export async function unreachable(deps: EngineDeps, incident: Incident, error: AdapterError): Promise<Next> {
  const now = deps.clock.now()
  if (incident.reason !== 'engine-unreachable') {
    transition(deps, incident, {
      change: { state: 'deferred', reason: 'engine-unreachable', until: now + silenceLimitMs },
      note: { kind: 'deferred', text: error.message, data: { reason: 'engine-unreachable' } },
    })
    return wait(lookAgainMs)
  }
  if (incident.until !== null && now < incident.until) return wait(lookAgainMs)
  await escalate(deps, incident, { reason: 'engine-unreachable', detail: error.message, containers: [] })
  return again
}
