import type { Fault } from '../faults.ts'
import type { IncidentSeen, Observation, ProbeSeen, Span } from '../observation.ts'

/** Who looks at a fault; each notes when it last managed to. */
export const watchers = ['service', 'container', 'alerts', 'incidents', 'pager'] as const

/** One of `watchers`. */
export type Watcher = (typeof watchers)[number]

/** What the watchers of one fault write down; the one mutable thing among them. */
export type Notes = {
  readonly fault: Fault
  readonly target: string
  readonly injectedAt: number
  readonly probes: ProbeSeen[]
  readonly starts: number[]
  readonly ends: number[]
  readonly incidents: Map<number, IncidentSeen>
  alert: Span | null
  escalationAlert: Span | null
  escalationReceivedAt: number | null
  pages: number
  readonly lookedAt: Map<Watcher, number>
}

/** Returns empty notes of a fault that was injected at that instant. */
export function openNotes(fault: Fault, target: string, injectedAt: number): Notes {
  return {
    fault,
    target,
    injectedAt,
    probes: [],
    starts: [],
    ends: [],
    incidents: new Map(),
    alert: null,
    escalationAlert: null,
    escalationReceivedAt: null,
    pages: 0,
    lookedAt: new Map(),
  }
}

/** Returns a span that reaches to `at`. */
export function extend(span: Span | null, at: number): Span {
  return { firstAt: span?.firstAt ?? at, lastAt: at }
}

/** Returns what the notes say. What one watcher could not see lately, nobody has seen: the earliest last look counts. */
export function readNotes(notes: Notes): Observation {
  const { fault, target, injectedAt, alert, escalationAlert, escalationReceivedAt, pages } = notes
  return {
    fault,
    target,
    injectedAt,
    alert,
    escalationAlert,
    escalationReceivedAt,
    pages,
    probes: [...notes.probes],
    starts: [...notes.starts],
    ends: [...notes.ends],
    incidents: [...notes.incidents.values()].sort((one, other) => one.id - other.id),
    watchedUntil: Math.min(...watchers.map((watcher) => notes.lookedAt.get(watcher) ?? injectedAt)),
  }
}
