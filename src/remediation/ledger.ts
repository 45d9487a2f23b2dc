/**
 * The ledger: what the engine remembers, and the one place that survives a crash.
 *
 * All operations are synchronous and durable when the outermost `transaction` returns. An event is appended in the
 * transaction that changes the state.
 */
import type { AlertReport, Disposition, Episode, EpisodeState } from '../alert/episode.ts'
import type { UnusableAlert } from '../alert/notification.ts'
import type { Lineage } from '../authoring/index.ts'
import type { Pause } from '../guard/pause.ts'
import type { Attempt, EventKind, Incident, IncidentState, TimelineEvent } from '../incident/record.ts'
import type { EscalationMessage } from './ports.ts'

/** What is known of an incident when it is opened. */
export type NewIncident = Pick<
  Incident,
  'target' | 'runbook' | 'mode' | 'severity' | 'notification' | 'labels' | 'annotations' | 'openedAt'
>

/** Fields of an incident that change after it was opened. */
export type IncidentChange = Partial<
  Pick<
    Incident,
    | 'state'
    | 'outcome'
    | 'reason'
    | 'until'
    | 'rung'
    | 'runbook'
    | 'mode'
    | 'severity'
    | 'endedAt'
    | 'reopened'
    | 'proposal'
    | 'decisions'
  >
>

/** What is known of an attempt when it is reserved. */
export type NewAttempt = Pick<
  Attempt,
  'incident' | 'target' | 'runbook' | 'rung' | 'rungName' | 'actions' | 'verdicts' | 'evidence' | 'reservedAt'
>

/** Fields of an attempt that change after it was reserved. */
export type AttemptChange = Partial<Pick<Attempt, 'state' | 'proof' | 'evidence' | 'detail' | 'actedAt' | 'settledAt'>>

/** What is known of an event when it is appended. */
export type NewEvent = {
  readonly incident: number
  readonly at: number
  readonly kind: EventKind
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** An escalation that a receiver has not accepted, or must be told again. */
export type Delivery = {
  readonly id: number
  readonly receiver: string
  readonly message: EscalationMessage
  readonly attempts: number
  /** Epoch milliseconds; the delivery is due from then on. */
  readonly dueAt: number
  readonly deliveredAt: number | null
  readonly lastError: string | null
}

/** Which incidents a listing wants; all given conditions must hold. */
export type IncidentFilter = {
  readonly states?: readonly IncidentState[]
  readonly target?: Lineage
  readonly runbook?: string
  /** Opened at or after, epoch milliseconds. */
  readonly since?: number
  /** Only incidents with a smaller id. */
  readonly before?: number
  readonly limit?: number
}

/** A raw notification from the inbox. */
export type InboxEntry = { readonly id: number; readonly receivedAt: number; readonly body: Buffer }

/** A receiver of Alertmanager that has posted to us. */
export type KnownReceiver = {
  /** As it is written in Alertmanager's configuration. */
  readonly name: string
  /** The last notification that it posted. */
  readonly notification: number
}

/** A group of alerts as a notification names it. */
export type AlertGroup = {
  /** Name of Alertmanager's receiver, as in its configuration. */
  readonly receiver: string
  readonly labels: Readonly<Record<string, string>>
}

/** An escalation that is no longer sent, and whether its receiver had ever accepted it. */
export type Withdrawn = {
  readonly receiver: string
  readonly message: EscalationMessage
  readonly delivered: boolean
}

/** When the disk is made to keep a transaction. */
export type Sync = 'now' | 'with-the-next'

/** What the engine remembers. */
export type Ledger = {
  /**
   * Runs `work` in one transaction (nested calls join the outer one); rolls back when it throws. `with-the-next`: it
   * survives the end of the machine only with the next transaction that is synced, and what is lost is done again.
   */
  readonly transaction: <T>(work: () => T, sync?: Sync) => T

  /**
   * Accepted notifications that have not been applied to episodes, oldest first: at most `limit`, and from the second one
   * on no more than `maxBytes` of bodies in all.
   */
  readonly pendingNotifications: (limit: number, maxBytes?: number) => readonly InboxEntry[]
  readonly markApplied: (notification: number) => void
  /** How many accepted notifications have not been applied. */
  readonly pendingCount: () => number

  /**
   * Keeps alerts of a notification that cannot be used as dead letters. Joins the running transaction; told the same
   * again of the same notification, it counts nothing twice.
   */
  readonly deadLetterAlerts: (notification: number, unusable: readonly UnusableAlert[], at: number) => void

  /** Learns the name of a receiver of Alertmanager that has posted; the latest 100 names are kept. */
  readonly noteReceiver: (receiver: KnownReceiver, at: number) => void
  readonly knownReceivers: () => readonly KnownReceiver[]
  /** Notes whether the group's last notification left alerts out; the latest 1,000 truncated groups are kept. */
  readonly noteGroup: (group: AlertGroup, isTruncated: boolean, at: number) => void
  /** Groups whose last notification left alerts out, and came after `since`. */
  readonly truncatedGroups: (since: number) => readonly AlertGroup[]

  readonly latestEpisode: (fingerprint: string) => Episode | undefined
  readonly episode: (id: number) => Episode | undefined
  readonly openEpisode: (report: AlertReport, notification: number, at: number) => Episode
  /** Notes that the open episode was reported again. */
  readonly touchEpisode: (id: number, at: number) => void
  /** Opens an episode of an alert that Alertmanager held at `at`. */
  readonly openListedEpisode: (report: AlertReport, notification: number, at: number) => Episode
  /** Notes that Alertmanager held the open episode's alert at `at`. */
  readonly confirmEpisode: (id: number, at: number) => void
  readonly closeEpisode: (id: number, state: Exclude<EpisodeState, 'firing'>, at: number) => void
  /** Gives a closed episode another reason for being closed; when it was closed stays. */
  readonly reclassifyEpisode: (id: number, state: Exclude<EpisodeState, 'firing'>) => void
  readonly attachEpisode: (id: number, incident: number) => void
  readonly disposeEpisode: (id: number, disposition: Disposition) => void
  /** The firing episode is unrouted again, until it is attached or disposed of. */
  readonly recheckEpisode: (id: number) => void
  /** Firing episodes that are to be decided upon: anew, or because no incident has taken them and none is known not to. Those
   * with a greater id than `after`, oldest first. */
  readonly unroutedEpisodes: (after?: number, limit?: number) => readonly Episode[]
  readonly episodesOf: (incident: number) => readonly Episode[]
  /** Firing and suppressed episodes with a greater id, oldest first. */
  readonly heldEpisodes: (after: number, limit: number) => readonly Episode[]
  /** Newest first; with `isRouted` only those that an incident took, or only those that none did. */
  readonly listEpisodes: (limit: number, isRouted?: boolean) => readonly Episode[]

  readonly openIncident: (incident: NewIncident) => Incident
  readonly incident: (id: number) => Incident | undefined
  readonly changeIncident: (id: number, change: IncidentChange, at: number) => Incident
  /** The incident of a target that has not ended. */
  readonly activeIncident: (target: Lineage) => Incident | undefined
  /** The incident of a target that ended last. */
  readonly lastEnded: (target: Lineage) => Incident | undefined
  readonly activeIncidents: () => readonly Incident[]
  /** Newest first. */
  readonly listIncidents: (filter: IncidentFilter) => readonly Incident[]
  /** How often the target's incidents were reopened since then. */
  readonly reopenedSince: (target: Lineage, since: number) => number

  /** Commits the attempt before anything is done; it counts against budgets from here on. */
  readonly reserveAttempt: (attempt: NewAttempt) => Attempt
  readonly changeAttempt: (id: number, change: AttemptChange) => Attempt
  readonly attemptsOf: (incident: number) => readonly Attempt[]
  /** Attempts on a lineage reserved after `since`, whatever they led to; attempts dated in the future count. */
  readonly attemptsSince: (target: Lineage, since: number) => readonly Attempt[]
  /** Attempts whose proof is pending, over all incidents. */
  readonly unsettledAttempts: () => readonly Attempt[]

  readonly beginPause: (pause: Omit<Pause, 'id' | 'endedAt' | 'endedBy'>) => Pause
  /** A person ended the pause; throws when one had before. */
  readonly endPause: (id: number, by: string, at: number) => Pause
  /** Oldest first. */
  readonly pausesInForce: (at: number) => readonly Pause[]
  /** Newest first, also those that are over. */
  readonly listPauses: (limit: number) => readonly Pause[]

  readonly append: (event: NewEvent) => TimelineEvent
  readonly timeline: (incident: number) => readonly TimelineEvent[]
  /** Events after `seq`, oldest first. */
  readonly eventsAfter: (seq: number, limit: number) => readonly TimelineEvent[]

  readonly enqueueDelivery: (receiver: string, message: EscalationMessage, dueAt: number) => void
  readonly dueDeliveries: (at: number, limit: number) => readonly Delivery[]
  /** Earliest due time of all deliveries that are still wanted. */
  readonly nextDeliveryAt: () => number | null
  /** Accepted by the receiver; `nextDueAt` plans the repetition, `null` ends it. */
  readonly deliverySucceeded: (id: number, at: number, nextDueAt: number | null) => void
  readonly deliveryFailed: (id: number, error: string, nextDueAt: number) => void
  /** Ends everything that is still due for an incident's firing escalation, and answers it. */
  readonly withdrawDeliveries: (incident: number) => readonly Withdrawn[]
  /** A person knows of the incident's escalation: what is still due to these receivers is not tried again. */
  readonly acknowledgeDeliveries: (incident: number, receivers: readonly string[]) => void
  readonly undeliveredCount: () => number
}
