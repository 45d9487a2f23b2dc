/**
 * Episodes: one continuous firing of one fingerprint.
 *
 * Alertmanager re-posts, HA twins post twice and late copies arrive out of order; an episode collapses all of them.
 * `startsAt` is only a hint: merges and restarts of the sender move it.
 */

/** Where an episode is: `firing`, or closed because Alertmanager said so, because it is suppressed, or because it vanished. */
export const episodeStates = ['firing', 'resolved', 'suppressed', 'vanished'] as const

/** One of `episodeStates`. */
export type EpisodeState = (typeof episodeStates)[number]

/** What opens an episode: a `notification` that was posted, or a `listing` of what Alertmanager holds. */
export const episodeOpeners = ['notification', 'listing'] as const

/** One of `episodeOpeners`. */
export type EpisodeOpener = (typeof episodeOpeners)[number]

/** One continuous firing of one fingerprint. Instants are epoch milliseconds. */
export type Episode = {
  readonly id: number
  /** Alertmanager's fingerprint: 16 hexadecimal digits over the labels. */
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly state: EpisodeState
  readonly startsAt: number
  readonly openedAt: number
  readonly lastSeenAt: number
  /** When Alertmanager was asked last and held it, active or not; `null`: no listing has held it yet. */
  readonly listedAt: number | null
  readonly closedAt: number | null
  readonly openedBy: EpisodeOpener
  /** The correlation id: the notification that opened it; for `listing` the last one of its receiver before that. */
  readonly notification: number
  /** The incident that it opened or joined. */
  readonly incident: number | null
  /** Why nothing happened, or `null` when an incident took it; beside an incident: that one ended, and none took it since. */
  readonly disposition: Disposition | null
}

/** Why an episode led to no incident, with what was found. */
export type Disposition = { readonly reason: DispositionReason; readonly detail: string }

/** Closed list of why an episode led to no incident. */
export const dispositionReasons = [
  'no-route',
  'own-alert',
  'labels-invalid',
  'parameters-invalid',
  'no-target',
  'ambiguous-target',
  'not-opted-in',
  'protected',
  'engine-unreachable',
] as const

/** One of `dispositionReasons`. */
export type DispositionReason = (typeof dispositionReasons)[number]

/** One alert of a notification, as far as episodes care. */
export type AlertReport = {
  readonly status: 'firing' | 'resolved'
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: number
  /** Epoch milliseconds; `null` while firing. */
  readonly endsAt: number | null
}

/**
 * What a report means for the latest episode of its fingerprint:
 * `open` a new episode, `repeat` of the open one, `close` the open one, or `ignore` it, with the reason.
 */
export type EpisodeStep =
  | { readonly step: 'open' }
  | { readonly step: 'repeat' }
  | { readonly step: 'close' }
  | { readonly step: 'ignore'; readonly because: 'late-copy' | 'resolved-unknown' | 'already-closed' }

/**
 * How long after the end of an episode a copy of it may still arrive. A sender gives up on a delivery after its
 * `group_interval` (5 minutes by default) and tries anew with what it knows then; its twins lag by seconds.
 */
export const lateCopyWithinMs = 10 * 60_000

/**
 * Decides what a report that was received at `receivedAt` (epoch milliseconds) means, given the latest episode of the
 * same fingerprint.
 *
 * A firing report whose `startsAt` is not after the closed episode's `startsAt` is a late copy (HA peers and retries
 * deliver out of order): it does not open a new episode. When it comes long after the close it is none: an alert that
 * was taken for resolved because its sender was cut off fires on with its old `startsAt`. Nor is it a copy after
 * `vanished`, which no message ever said.
 */
export function stepEpisode(latest: Episode | undefined, report: AlertReport, receivedAt: number): EpisodeStep {
  if (report.status === 'resolved') {
    if (latest === undefined) return { step: 'ignore', because: 'resolved-unknown' }
    // What was closed as suppressed is over only now: until then it is an alert that somebody silenced.
    if (latest.state === 'suppressed') return { step: 'close' }
    if (latest.state !== 'firing') return { step: 'ignore', because: 'already-closed' }
    // Where a sender gives no start, Alertmanager puts it at the end that was announced: it may lie ahead of our own sight.
    const beganAt = Math.min(latest.startsAt, latest.openedAt)
    if (report.startsAt < latest.startsAt && (report.endsAt ?? 0) <= beganAt)
      return { step: 'ignore', because: 'late-copy' }
    return { step: 'close' }
  }
  if (latest === undefined) return { step: 'open' }
  if (latest.state === 'firing') return { step: 'repeat' }
  if (latest.state === 'vanished') return { step: 'open' }
  // Closed in the future: our clock jumped back, and so may have the one that `startsAt` is from.
  const isRecent = Math.abs(receivedAt - (latest.closedAt ?? receivedAt)) <= lateCopyWithinMs
  if (report.startsAt <= latest.startsAt && isRecent) return { step: 'ignore', because: 'late-copy' }
  return { step: 'open' }
}
