/** What the HTTP server needs from the program: declared here, wired by the composition root. */
import type { Logger } from 'pino'
import type { DeadLetter } from '../alert/dead-letter.ts'
import type { Notification, NotificationReading } from '../alert/notification.ts'
import type { Token } from '../config/settings.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { Decisions } from '../remediation/people/decisions.ts'
import type { Pauses } from '../remediation/people/pauses.ts'
import type { RunbookInfo } from '../remediation/ports.ts'

/** What became of a posted notification, as it is counted. */
export type NotificationResult = 'accepted' | 'rejected' | 'unauthorized' | 'too_large' | 'unavailable'

/** Up or down, as seen when the system was last asked. */
export type Reachability = 'up' | 'down' | 'unknown'

/** Answer of `GET /api/v1/status`. */
export type Status = {
  /** By name of the engine. */
  readonly docker: Readonly<Record<string, Reachability>>
  /** `null`: not configured. */
  readonly prometheus: Reachability | null
  readonly alertmanager: readonly Reachability[]
  /** When the last reconciliation was begun that every Alertmanager answered, RFC 3339; `null`: none yet. */
  readonly reconciledAt?: string | null
  readonly storm: boolean
  /** Whether a pause of everything is in force. */
  readonly paused: boolean
  readonly mode: string
  readonly version?: string
}

/** A runbook that could not be loaded, or broke while running. */
export type BrokenRunbook = { readonly file: string; readonly detail: string }

/** An alert for which a plan is asked, without anything being done. Hostile input. */
export type PlannedAlert = {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** What the server reads of the ledger. */
export type ReadLedger = Pick<
  Ledger,
  'incident' | 'listIncidents' | 'attemptsOf' | 'episodesOf' | 'listEpisodes' | 'timeline'
>

/** A notification that was accepted. */
export type Receipt = { readonly id: number; readonly notification: Notification }

/** Receiving and keeping notifications. */
export type Inbox = {
  /** Reads a body as a notification: a large one in slices, between which other requests are answered. */
  readonly readNotification: (body: Buffer, receivedAt: number) => NotificationReading | Promise<NotificationReading>
  /**
   * Commits the raw notification and resolves with its id; only then is it answered.
   * Rejects with an error whose `code` is `full` or `unwritable` when it cannot be committed.
   */
  readonly acceptNotification: (body: Buffer, receivedAt: number) => Promise<number>
  /**
   * Told of each accepted notification after its commit and before the answer, so nothing is stored here: to wake the
   * engine, and to count alerts. What it throws is logged and changes nothing about the answer.
   */
  readonly accepted: (receipt: Receipt) => void
  /**
   * Keeps a body that is no notification. Throws an error whose `code` is `full`, `unwritable` or `locked` when the
   * storage cannot take it now.
   */
  readonly deadLetter: (letter: { readonly body: Buffer; readonly reason: string; readonly detail: string }) => void
  /** Newest first. */
  readonly listDeadLetters: (limit: number) => readonly DeadLetter[]
}

/** What is measured of requests. */
export type HttpMetrics = {
  readonly countNotification: (result: NotificationResult) => void
  readonly observeRequest: (route: string, status: number, seconds: number) => void
  /** The exposition of all metrics. */
  readonly render: () => Promise<{ readonly contentType: string; readonly body: string }>
}

/** Limits in time of a connection; all in milliseconds. */
export type Timeouts = {
  /** From the first byte of a request to the end of its headers. */
  readonly headersMs: number
  /** From the first byte of a request to the end of its body. */
  readonly requestMs: number
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number
  /** How often connections are looked at for the first two. */
  readonly checkMs: number
  /** How long the rest of a body is read and thrown away after an answer that did not wait for it. */
  readonly lingerMs: number
}

/** Everything that the HTTP server needs. */
export type HttpDeps = {
  readonly inbox: Inbox
  readonly ledger: ReadLedger
  readonly pauses: Pauses
  readonly status: () => Status
  readonly isReady: () => { readonly ready: boolean; readonly reason: string }
  readonly isDraining: () => boolean
  readonly runbooks: () => { readonly loaded: readonly RunbookInfo[]; readonly broken: readonly BrokenRunbook[] }
  /** Reads configuration and runbooks again: the keys that changed, or why what was good stays in use. Holds no secret. */
  readonly reload: () => Promise<
    | { readonly isReloaded: true; readonly changed: readonly string[] }
    | { readonly isReloaded: false; readonly why: readonly string[] }
  >
  /** What would be decided for an alert, as JSON; nothing is done. */
  readonly plan: (alert: PlannedAlert, signal: AbortSignal) => Promise<unknown>
  /** What a person may decide on incidents. */
  readonly decisions: Decisions
  readonly tokens: readonly Token[]
  readonly maxBodyBytes: number
  /** Address under which people reach selfheal; `null`: none given. */
  readonly externalUrl: string | null
  readonly log: Logger
  readonly metrics: HttpMetrics
  readonly clock: Pick<Clock, 'now'>
  readonly timeouts?: Partial<Timeouts>
}
