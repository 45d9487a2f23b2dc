/** End well: the checks of the incident's runbook hold. That says nothing of an alert of another runbook that fires. */
import type { Incident, Outcome } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { endWithin } from './end.ts'
import type { Commit } from './journal.ts'
import { sinceOpening } from './opening.ts'
import type { RunbookInfo } from './ports.ts'
import { calledRunbooks, firingEpisodes, leadTo } from './routing/calls.ts'
import { mostUrgent } from './routing/route.ts'

/** What the checks mean for the incident. */
export type GoodEnd = {
  readonly outcome: Extract<Outcome, 'recovered' | 'recovered_without_action' | 'resolved'>
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** From the first rung of the other runbook; the alerts of this one are answered. */
const handOver = (
  deps: EngineDeps,
  { change }: Commit,
  { incident, next, good }: { readonly incident: Incident; readonly next: RunbookInfo; readonly good: GoodEnd },
): Incident => {
  const from = incident.runbook
  const own = firingEpisodes(deps, incident).filter(({ labels }) => leadTo(deps, labels)?.name === from)
  return change(incident, {
    change: { runbook: next.name, rung: 0, state: 'open', reason: null, until: null, proposal: null },
    note: {
      kind: 'superseded',
      text: `${good.text}; runbook ${next.name} (${next.urgency}) takes over, because an alert of it still fires`,
      data: { ...good.data, from, to: next.name, outcome: good.outcome, answered: own.map(({ id }) => id) },
    },
  })
}

/**
 * Ends the incident within a commit, by the alerts as they are now; one that calls for another runbook keeps it open
 * under that runbook. What was proven before such a change of runbooks stays part of the outcome.
 */
export function endWellWithin(deps: EngineDeps, within: Commit, good: GoodEnd & { incident: Incident }): Incident {
  const { incident } = good
  const next = mostUrgent(calledRunbooks(deps, incident).filter(({ name }) => name !== incident.runbook))
  if (next !== undefined) return handOver(deps, within, { incident, next, good })
  const hasRecovered = sinceOpening(deps, incident).some(
    ({ kind, data }) => kind === 'superseded' && data.outcome === 'recovered',
  )
  return endWithin(deps, within, hasRecovered ? { ...good, outcome: 'recovered' } : good)
}
