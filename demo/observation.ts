import type { Fault } from './faults.ts'

/** One request of the judge to the service itself. */
export type ProbeSeen = { readonly at: number; readonly isAnswered: boolean }

/** One attempt, as selfheal's API tells it. */
export type AttemptSeen = { readonly state: string; readonly proof: string }

/** One incident, as selfheal's API tells it. Instants are epoch milliseconds. */
export type IncidentSeen = {
  readonly id: number
  readonly target: string
  readonly state: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly openedAt: number
  readonly endedAt: number | null
  readonly attempts: readonly AttemptSeen[]
  readonly timeline: readonly EventSeen[]
}

/** One line of an incident's timeline. */
export type EventSeen = { readonly seq: number; readonly at: number; readonly kind: string; readonly text: string }

/** When a thing was first and last seen to be there. */
export type Span = { readonly firstAt: number; readonly lastAt: number }

/** Everything that was seen of one fault, by the judge's own eyes unless it says otherwise. Instants are epoch milliseconds. */
export type Observation = {
  readonly fault: Fault
  /** Lineage of the service. */
  readonly target: string
  readonly injectedAt: number
  /** Requests to the service since the injection, oldest first. */
  readonly probes: readonly ProbeSeen[]
  /** Starts of the container since the injection, as Docker dates them, oldest first. */
  readonly starts: readonly number[]
  /** Ends of the container since the injection, as Docker dates them, oldest first. */
  readonly ends: readonly number[]
  /** The service's alert, active in Alertmanager. */
  readonly alert: Span | null
  /** What selfheal claims: every incident of the target that was not over before the injection. */
  readonly incidents: readonly IncidentSeen[]
  /** selfheal's escalation, active in Alertmanager. */
  readonly escalationAlert: Span | null
  /** When the pager got selfheal's own message. */
  readonly escalationReceivedAt: number | null
  /** How often the pager was told of the service by Alertmanager, escalations apart. */
  readonly pages: number
  /** When the last look at each was taken. */
  readonly watchedUntil: number
}
