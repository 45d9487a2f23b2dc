/** Opening: what has happened to an incident since it was opened, or reopened last. */
import type { Attempt, Incident, TimelineEvent } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'

/** The incident's events from its last reopening on, oldest first; all of them when it was never reopened. */
export function sinceOpening({ ledger }: Pick<EngineDeps, 'ledger'>, incident: Incident): readonly TimelineEvent[] {
  const events = ledger.timeline(incident.id)
  const reopened = events.findLastIndex(({ kind }) => kind === 'incident-reopened')
  return events.slice(Math.max(0, reopened))
}

/** The attempts that were made since then and have not been proven to help, oldest first. */
export function unhelpfulAttempts(deps: Pick<EngineDeps, 'ledger'>, incident: Incident): readonly Attempt[] {
  const events = sinceOpening(deps, incident)
  const isSince = ({ id }: Attempt) =>
    events.some(({ kind, data }) => kind === 'attempt-reserved' && data.attempt === id)
  return deps.ledger.attemptsOf(incident.id).filter((attempt) => attempt.proof !== 'recovered' && isSince(attempt))
}
