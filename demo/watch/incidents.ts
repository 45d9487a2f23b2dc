import { Type } from 'typebox'
import { fetchJson } from '../fetch-json.ts'
import type { HappeningKind, Tell } from '../happening.ts'
import type { IncidentSeen } from '../observation.ts'
import type { Notes } from './notes.ts'
import type { Look } from './poll.ts'

const nullableString = Type.Union([Type.String(), Type.Null()])

const listSchema = Type.Object({
  incidents: Type.Array(Type.Object({ id: Type.Number(), endedAt: nullableString })),
})

const incidentSchema = Type.Object({
  id: Type.Number(),
  target: Type.String(),
  state: Type.String(),
  outcome: nullableString,
  reason: nullableString,
  openedAt: Type.String(),
  endedAt: nullableString,
  history: Type.Array(Type.Object({ state: Type.String(), proof: Type.String() })),
  timeline: Type.Array(
    Type.Object({ seq: Type.Number(), at: Type.String(), kind: Type.String(), text: Type.String() }),
  ),
})

/** Where selfheal's API is, and the token to read it with. */
export type SelfhealApi = { readonly address: string; readonly token: string }

/** Asks selfheal for its incidents of the target, and tells each new line of their timelines. */
export function lookAtIncidents(notes: Notes, { address, token }: SelfhealApi, tell: Tell): Look {
  const { service } = notes.fault
  let lastSeq = 0
  return {
    what: "selfheal's incidents",
    intervalMs: 500,
    look: async (signal) => {
      const at = Date.now()
      const base = `${address}/api/v1/incidents`
      const url = `${base}?target=${encodeURIComponent(notes.target)}&limit=20`
      const { incidents } = await fetchJson({ url, schema: listSchema, token }, signal)
      const ofFault = incidents.filter(({ endedAt }) => endedAt === null || Date.parse(endedAt) > notes.injectedAt)
      for (const { id } of ofFault.sort((one, other) => one.id - other.id)) {
        const incident = await fetchIncident(`${base}/${id}`, token, signal)
        notes.incidents.set(id, incident)
        for (const event of incident.timeline.filter(({ seq }) => seq > lastSeq))
          tell({ at: event.at, service, kind: kindOf(event.kind, incident), text: event.text })
        lastSeq = Math.max(lastSeq, ...incident.timeline.map(({ seq }) => seq))
      }
      notes.lookedAt.set('incidents', at)
    },
  }
}

async function fetchIncident(url: string, token: string, signal: AbortSignal): Promise<IncidentSeen> {
  const answer = await fetchJson({ url, schema: incidentSchema, token }, signal)
  const { id, target, state, outcome, reason } = answer
  return {
    id,
    target,
    state,
    outcome,
    reason,
    openedAt: Date.parse(answer.openedAt),
    endedAt: answer.endedAt === null ? null : Date.parse(answer.endedAt),
    attempts: answer.history.map((attempt) => ({ state: attempt.state, proof: attempt.proof })),
    timeline: answer.timeline.map((event) => ({ ...event, at: Date.parse(event.at) })),
  }
}

/** The word of the demo's timeline for a kind of event of selfheal's. */
function kindOf(kind: string, incident: IncidentSeen): HappeningKind {
  if (kind === 'incident-ended') return incident.outcome === 'recovered' ? 'recovered' : 'decision'
  if (kind.startsWith('escalat')) return 'escalation'
  if (kind.startsWith('proof') || kind === 'pre-check') return 'proof'
  if (kind.startsWith('attempt')) return 'action'
  if (kind.startsWith('alert') || kind === 'incident-opened' || kind === 'incident-reopened') return 'alert'
  return 'decision'
}
