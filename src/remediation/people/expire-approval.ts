/** An approval that did not come in time. */
import type { Incident } from '../../incident/record.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import type { EngineDeps } from '../deps.ts'
import { describeAction } from '../describe.ts'
import { end } from '../end.ts'
import { escalate } from '../escalate.ts'
import { again, type Next } from '../next.ts'
import { seeReplicas } from '../see.ts'

/** So that whoever comes too late is told so. */
const noteExpired = ({ ledger, clock }: EngineDeps, { id, proposal }: Incident): void => {
  if (proposal === null) return
  const text = 'nobody approved in time: the proposal has expired'
  ledger.append({ incident: id, at: clock.now(), kind: 'approval-expired', text, data: { proposal: proposal.id } })
}

/** What was only advised ends so; what was asked for in earnest escalates, with what had been proposed. */
export async function expireApproval(deps: EngineDeps, incident: Incident, signal: AbortSignal): Promise<Next> {
  const also = (): void => noteExpired(deps, incident)
  if (incident.reason === 'advise-only') {
    end(deps, incident, { outcome: 'advised', reason: 'approval-expired', text: 'nobody approved in time', also })
    return again
  }
  const seen = await seeReplicas(deps, incident.target, signal)
  const proposed = incident.proposal?.actions.map(describeAction).join(', ') ?? 'nothing'
  await escalate(deps, incident, {
    reason: 'approval-expired',
    detail: `nobody approved in time: ${proposed}; asked because of ${incident.reason ?? 'no reason'}`,
    containers: seen instanceof AdapterError ? [] : seen,
    also,
  })
  return again
}
