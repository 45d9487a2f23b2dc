import { type Fault, faults } from '../../../demo/faults.ts'
import { quietMs } from '../../../demo/judge.ts'
import type { IncidentSeen, Observation, ProbeSeen } from '../../../demo/observation.ts'

/** The instant at which every fault of these stories strikes. */
export const t0 = Date.parse('2026-01-01T00:00:00.000Z')

/** Returns the fault of that name; throws where there is none. */
export function faultNamed(name: string): Fault {
  const fault = faults.find((each) => each.name === name)
  if (fault === undefined) throw new Error(`no fault is called ${name}`)
  return fault
}

/** A probe each second from `from` to `to` (seconds after the fault, both included). */
export function probesOf(from: number, to: number, isAnswered: boolean): ProbeSeen[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({ at: t0 + (from + index) * 1_000, isAnswered }))
}

const incident: IncidentSeen = {
  id: 1,
  target: 'local/selfheal-demo/stock',
  state: 'ended',
  outcome: 'recovered',
  reason: null,
  openedAt: t0 + 20_000,
  endedAt: t0 + 55_000,
  attempts: [{ state: 'done', proof: 'recovered' }],
  timeline: [],
}

/** The story of a process that exits, as it must be: seen after 19 s, started after 21 s, proven after 55 s. */
export const healed: Observation = {
  fault: faultNamed('exit'),
  target: incident.target,
  injectedAt: t0,
  probes: [...probesOf(0, 21, false), ...probesOf(22, 65, true)],
  starts: [t0 + 21_000],
  ends: [t0],
  alert: { firstAt: t0 + 19_000, lastAt: t0 + 26_000 },
  incidents: [incident],
  escalationAlert: null,
  escalationReceivedAt: null,
  pages: 0,
  watchedUntil: t0 + 65_000,
}

const escalatedAt = t0 + 150_000
const end = escalatedAt + quietMs + 1_000

/** The story of a broken configuration, as it must be: started and restarted in vain, then handed over, then quiet. */
export const handedOver: Observation = {
  ...healed,
  fault: faultNamed('broken-config'),
  target: 'local/selfheal-demo/pricing',
  probes: probesOf(0, Math.ceil((end - t0) / 1_000), false),
  starts: [t0 + 21_000, t0 + 85_000],
  alert: { firstAt: t0 + 19_000, lastAt: end },
  incidents: [
    {
      ...incident,
      target: 'local/selfheal-demo/pricing',
      state: 'escalated',
      outcome: null,
      reason: 'ladder-exhausted',
      endedAt: null,
      attempts: [
        { state: 'done', proof: 'not_recovered' },
        { state: 'done', proof: 'not_recovered' },
      ],
      timeline: [{ seq: 9, at: escalatedAt, kind: 'escalated', text: 'automation stops' }],
    },
  ],
  escalationAlert: { firstAt: escalatedAt + 100, lastAt: end },
  escalationReceivedAt: escalatedAt + 200,
  watchedUntil: end,
}

/** Returns the story with its only incident changed. */
export function withIncident(story: Observation, change: Partial<IncidentSeen>): Observation {
  return { ...story, incidents: story.incidents.map((each) => ({ ...each, ...change })) }
}
