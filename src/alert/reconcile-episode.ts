/**
 * Reconciling: what a listing of Alertmanager's alerts means for the latest episode of a fingerprint.
 *
 * The webhook alone is deaf to some transitions: a silenced alert is never resolved, an alert that resolves and fires
 * again between two flushes of its group is not announced, a truncated notification leaves alerts out, and what
 * Alertmanager forgot in a restart it never takes back. The listing tells all of these, and says nothing of what
 * happened after it was asked for.
 */
import type { Episode } from './episode.ts'

/** How often Alertmanager is asked. */
export const listingIntervalMs = 30_000

/** Listings further apart than this (three were missed) do not stand in a row: what happened in between is not known. */
export const longestGapMs = 3 * listingIntervalMs

/**
 * How long an alert that no notification has announced must have been listed before it counts. Alertmanager announces
 * it after `group_wait` (30 s by default) in a new group, and after `group_interval` (5 m by default) in one that
 * exists: a person who set them longer than none wants them to pass.
 */
export const unannouncedAfterMs = 5 * 60_000 + 30_000

/**
 * How long an alert must be absent before it has vanished. After a restart Alertmanager knows nothing until Prometheus
 * sends its alerts again, which takes up to a minute (`--rules.alert.resend-delay`) or one evaluation interval.
 */
export const vanishedAfterMs = 3 * 60_000

/**
 * After this long without a word an alert has vanished also when no listing ever held it. That it is in none says
 * little, as the Alertmanager that posts it may not be configured here; but that one would have repeated it by now
 * (every 4 h by default).
 */
export const forgottenAfterMs = 5 * 60 * 60_000

/** How much later a start must be to be another one: peers of Prometheus evaluate at different moments. */
export const laterStartMs = 15_000

/** An alert that is listed, as far as the decision needs it. Instants are epoch milliseconds. */
export type ListedAlert = {
  readonly state: 'active' | 'suppressed' | 'unprocessed'
  readonly startsAt: number
  /** A recent notification of its group was truncated: it may be among those that were left out. */
  readonly isOfTruncatedGroup: boolean
  /** It may be muted by the time of day, which a listing does not show. */
  readonly mayBeMuted: boolean
}

/** For how long listings in a row have said the same of one alert. */
export type Run = {
  /** Milliseconds since the first listing of the run; 0 in the first. */
  readonly ms: number
  /** Listings in the run that were asked for after the latest episode had closed. */
  readonly sinceClose: number
  /** The alert was listed as suppressed in the listing before the run. */
  readonly wasSuppressed: boolean
}

/** What is asked of `reconcileEpisode`. */
export type Comparison = {
  readonly latest: Episode | undefined
  /** `null`: the listing is complete, and does not hold it. */
  readonly listed: ListedAlert | null
  readonly run: Run
  readonly askedAt: number
  readonly now: number
  /** The latest episode belongs to an incident that has not ended. */
  readonly isInHand: boolean
}

/** Why a listing changes nothing. */
export type IdleReason =
  | 'newer-message'
  | 'not-processed'
  | 'silent'
  | 'too-early'
  | 'maybe-muted'
  | 'unconfirmed'
  | 'already-closed'
  | 'unknown'

/**
 * What a listing means: `open` an episode, `touch` the open one, `suppress` or `vanish` it (`reclassify` where it is
 * closed already), `reopen`: close it and open another, or `nothing`.
 */
export type ReconcileStep =
  | { readonly step: 'open'; readonly because: 'truncated' | 'unsilenced' | 'still-active' | 'unannounced' }
  | { readonly step: 'touch'; readonly because: 'active' }
  | { readonly step: 'suppress'; readonly because: 'silenced' }
  | { readonly step: 'vanish'; readonly because: 'absent' | 'forgotten' }
  | { readonly step: 'reclassify'; readonly as: 'suppressed' | 'vanished'; readonly because: 'silenced' | 'absent' }
  | { readonly step: 'reopen'; readonly because: 'fired-again' }
  | { readonly step: 'nothing'; readonly because: IdleReason }

const nothing = (because: IdleReason): ReconcileStep => ({ step: 'nothing', because })

/** Heard of after the listing was asked for. An instant in the future is a clock that jumped back: it counts as past. */
const isNewer = (latest: Episode, { askedAt, now }: Comparison): boolean =>
  [latest.openedAt, latest.lastSeenAt, latest.closedAt ?? 0].some((at) => at > askedAt && at <= now)

/** Active in two listings in a row that were asked for after the close: no copy, and no rest of what had ended. */
const confirmations = 2

/**
 * The alert resolved and fired again without a message. A start before the episode was opened is none that came after
 * it: peers of Prometheus and restarts move starts about, but not past the moment at which we heard of the alert. One
 * that lies ahead is none at all: Alertmanager puts it at the announced end where a sender gives none, each time anew.
 */
const hasFiredAgain = (latest: Episode, listed: ListedAlert, askedAt: number): boolean =>
  listed.startsAt > latest.startsAt + laterStartMs && listed.startsAt > latest.openedAt && listed.startsAt <= askedAt

/** That nobody announced it may be the will of a person who mutes it by the time of day: then it is not ours to take. */
const awaitAnnouncement = ({ run }: Comparison, { mayBeMuted }: ListedAlert): ReconcileStep => {
  if (mayBeMuted) return nothing('maybe-muted')
  return run.ms > unannouncedAfterMs ? { step: 'open', because: 'unannounced' } : nothing('too-early')
}

const onActive = (comparison: Comparison, listed: ListedAlert): ReconcileStep => {
  const { latest, run } = comparison
  if (latest?.state === 'firing') {
    return hasFiredAgain(latest, listed, comparison.askedAt)
      ? { step: 'reopen', because: 'fired-again' }
      : { step: 'touch', because: 'active' }
  }
  if (listed.isOfTruncatedGroup && !isStale(latest, listed)) return { step: 'open', because: 'truncated' }
  if (latest === undefined) return awaitAnnouncement(comparison, listed)
  if (latest.state === 'suppressed') {
    // Without the listing before, Alertmanager was restarted: what inhibits the alert may not be there yet.
    const isSeenThrough = run.wasSuppressed || run.sinceClose >= confirmations
    return isSeenThrough ? { step: 'open', because: 'unsilenced' } : nothing('unconfirmed')
  }
  // Another firing is announced when the user's `group_wait` or `group_interval` is over, like any other.
  if (listed.startsAt > (latest.closedAt ?? 0)) return awaitAnnouncement(comparison, listed)
  return run.sinceClose >= confirmations ? { step: 'open', because: 'still-active' } : nothing('unconfirmed')
}

/** What was closed and is listed with the start that it had then: only more than one listing tells it from a rest. */
const isStale = (latest: Episode | undefined, listed: ListedAlert): boolean =>
  latest !== undefined && listed.startsAt <= latest.startsAt

const onSuppressed = ({ latest, isInHand }: Comparison): ReconcileStep => {
  if (latest === undefined) return nothing('silent')
  if (latest.state === 'firing') return { step: 'suppress', because: 'silenced' }
  const isToBeHeld = latest.state !== 'suppressed' && isInHand
  return isToBeHeld ? { step: 'reclassify', as: 'suppressed', because: 'silenced' } : nothing('already-closed')
}

const onAbsent = ({ latest, run, now }: Comparison): ReconcileStep => {
  if (latest === undefined) return nothing('unknown')
  if (latest.state !== 'firing' && latest.state !== 'suppressed') return nothing('already-closed')
  if (run.ms < vanishedAfterMs) return nothing('too-early')
  if (latest.state === 'suppressed') return { step: 'reclassify', as: 'vanished', because: 'absent' }
  if (latest.listedAt !== null) return { step: 'vanish', because: 'absent' }
  return now - latest.lastSeenAt > forgottenAfterMs ? { step: 'vanish', because: 'forgotten' } : nothing('unconfirmed')
}

/** Decides what one listing, and those before it in a row, mean for the latest episode of a fingerprint. */
export function reconcileEpisode(comparison: Comparison): ReconcileStep {
  const { latest, listed } = comparison
  if (latest !== undefined && isNewer(latest, comparison)) return nothing('newer-message')
  if (listed === null) return onAbsent(comparison)
  switch (listed.state) {
    case 'active':
      return onActive(comparison, listed)
    case 'suppressed':
      return onSuppressed(comparison)
    case 'unprocessed':
      return nothing('not-processed')
  }
}
