/** The container engine does not answer: nothing is known, so nothing is done; after a while people are told. */
import type { Incident } from '../incident/record.ts'
import type { AdapterError } from '../lib/adapter-error.ts'
import type { EngineDeps } from './deps.ts'
import { giveUp, isHandsOn } from './give-up.ts'
import { transition } from './journal.ts'
import { type Next, wait } from './next.ts'
import { approvedProposal } from './people/approved.ts'

/** How long the container engine may be silent before people are told. */
export const silenceLimitMs = 5 * 60_000

/**
 * Waits for the engine; from `silenceLimitMs` on the incident escalates as `engine-unreachable`. Where nothing may be
 * done it waits on, and what waits for a person goes on waiting for that person.
 */
export async function unreachable(deps: EngineDeps, incident: Incident, error: AdapterError): Promise<Next> {
  if (incident.state === 'awaiting_approval') return wait()
  const now = deps.clock.now()
  if (incident.reason !== 'engine-unreachable') {
    const until = isHandsOn(deps, incident) ? now + silenceLimitMs : null
    transition(deps, incident, {
      change: { state: 'deferred', reason: 'engine-unreachable', until, proposal: approvedProposal(incident) },
      note: { kind: 'deferred', text: error.message, data: { reason: 'engine-unreachable' } },
    })
    return wait()
  }
  if (incident.until === null || now < incident.until) return wait()
  return giveUp(deps, incident, { reason: 'engine-unreachable', detail: error.message, containers: [] })
}
