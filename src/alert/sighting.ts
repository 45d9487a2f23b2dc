/** Sightings: what listings in a row have said of one alert. Kept in memory: after a restart every run begins anew. */
import type { Episode } from './episode.ts'
import { type ListedAlert, longestGapMs, type Run } from './reconcile-episode.ts'

/** What the last listings said of one alert. Milliseconds are those of a clock that never jumps. */
export type Sighting = {
  readonly state: 'active' | 'suppressed' | 'absent'
  /** When the first and the last listing of the run were asked for. */
  readonly firstMs: number
  readonly lastMs: number
  /** The latest episode as of the last listing, and how many listings of the run were asked for after it had closed. */
  readonly episode: number | null
  readonly sinceClose: number
  readonly wasSuppressed: boolean
}

/** One more listing, for one alert. */
export type Look = {
  /** `null`: it is absent from a complete listing. */
  readonly listed: ListedAlert | null
  readonly latest: Episode | undefined
  readonly askedAt: number
  /** The same moment on the clock that never jumps. */
  readonly askedMs: number
  readonly now: number
}

const isClosedBefore = ({ latest, askedAt, now }: Look): boolean => {
  const closedAt = latest?.closedAt ?? null
  return closedAt !== null && !(closedAt > askedAt && closedAt <= now)
}

/** The sighting after one more listing. A listing that comes late, or says something else, begins another run. */
export function see(before: Sighting | undefined, look: Look): Sighting {
  const { listed, latest, askedMs } = look
  const inRow = before !== undefined && askedMs - before.lastMs <= longestGapMs ? before : undefined
  // What has not been processed says nothing yet: it neither goes on with a run nor ends it.
  if (listed?.state === 'unprocessed' && inRow !== undefined) return { ...inRow, lastMs: askedMs }
  const state = listed === null || listed.state === 'unprocessed' ? 'absent' : listed.state
  const run = inRow?.state === state ? inRow : undefined
  const episode = latest?.id ?? null
  const counted = run !== undefined && run.episode === episode ? run.sinceClose : 0
  return {
    state,
    firstMs: run?.firstMs ?? askedMs,
    lastMs: askedMs,
    episode,
    sinceClose: isClosedBefore(look) ? counted + 1 : 0,
    wasSuppressed: run?.wasSuppressed ?? inRow?.state === 'suppressed',
  }
}

/** The run that a sighting stands for, as the decision needs it. */
export function toRun({ firstMs, lastMs, sinceClose, wasSuppressed }: Sighting): Run {
  return { ms: lastMs - firstMs, sinceClose, wasSuppressed }
}
