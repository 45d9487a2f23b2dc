/** Uncared: an alert that fires on although it was decided upon. */
import type { Episode } from '../../alert/episode.ts'
import type { JournalDeps } from '../journal.ts'

/** An alert that still fires this long after its incident ended counts as firing again. */
const stillFiringAfterMs = 5 * 60_000

/** Nothing is waited for longer than this before a look. */
const longestPatienceMs = 60 * 60_000

const isLeft = (deps: JournalDeps, episode: Episode, patienceOf: (reopened: number) => number): boolean => {
  const incident = episode.incident === null ? undefined : deps.ledger.incident(episode.incident)
  if (incident === undefined || incident.endedAt === null) return episode.disposition !== null
  if (incident.outcome === 'advised' || incident.outcome === 'closed') return false
  // An end in the future is a clock that jumped back: how long ago it was cannot be told, so look again.
  const sinceEndMs = deps.clock.now() - incident.endedAt
  return sinceEndMs > patienceOf(incident.reopened) || sinceEndMs < 0
}

/** Whether a repeated message calls for another decision: the disposition may be outdated, or the incident did not help. */
export function isUncared(deps: JournalDeps, episode: Episode): boolean {
  return isLeft(deps, episode, () => stillFiringAfterMs)
}

/**
 * The same for a listing, which comes far more often than a repeated message: the patience doubles each time that the
 * incident was reopened, so that an alert that merely clears slowly does not look like one that flaps.
 */
export function isUncaredInListing(deps: JournalDeps, episode: Episode): boolean {
  if (episode.disposition?.reason === 'own-alert') return false
  return isLeft(deps, episode, (reopened) => Math.min(stillFiringAfterMs * 2 ** reopened, longestPatienceMs))
}

/** How long a decision upon an alert that a listing called for stands, whatever later listings say. */
export const decidedForMs = stillFiringAfterMs
