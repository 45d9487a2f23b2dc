/** Tells the incident of an episode that the episode is closed. */
import type { Episode } from '../../alert/episode.ts'
import type { Commit, JournalDeps } from '../journal.ts'

/** What closed it. */
export type Closing = {
  /** Says so of the named alert, as one sentence. */
  readonly say: (name: string) => string
  readonly data: Readonly<Record<string, unknown>>
}

/** Appends the event within the commit; answers the target that has to look, or `null` where no incident is concerned. */
export function noteClosed(deps: JournalDeps, within: Commit, { episode, say, data }: Closing & { episode: Episode }) {
  const incident = episode.incident === null ? undefined : deps.ledger.incident(episode.incident)
  if (incident === undefined || incident.state === 'ended') return null
  const text = say(episode.labels.alertname ?? episode.fingerprint)
  within.change(incident, {
    change: {},
    note: { kind: 'alert-closed', text, data: { fingerprint: episode.fingerprint, ...data } },
  })
  return incident.target
}
