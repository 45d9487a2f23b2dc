import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import type { Episode } from '../../../src/alert/episode.ts'
import type { Attempt, EventKind, TimelineEvent } from '../../../src/incident/record.ts'
import { createMetrics } from '../../../src/telemetry/metrics.ts'
import { recordEvent } from '../../../src/telemetry/record-event.ts'

const episode = (startsAt: number, openedAt: number, closedAt: number | null): Episode => ({
  id: startsAt,
  fingerprint: '00ff',
  labels: {},
  annotations: {},
  state: closedAt === null ? 'firing' : 'resolved',
  startsAt,
  openedAt,
  lastSeenAt: openedAt,
  listedAt: null,
  openedBy: 'notification',
  closedAt,
  notification: 1,
  incident: 1,
  disposition: null,
})

const attempt: Attempt = {
  id: 5,
  incident: 1,
  target: 'local/shop/web',
  runbook: 'container-down',
  rung: 0,
  rungName: 'start',
  state: 'reserved',
  proof: 'pending',
  actions: [
    { kind: 'start', target: 'local/shop/web', containers: [] },
    { kind: 'restart', target: 'local/shop/web', strategy: 'all', containers: [] },
    { kind: 'start', target: 'local/shop/db', containers: [] },
  ],
  verdicts: [],
  evidence: [],
  detail: '',
  reservedAt: 0,
  actedAt: null,
  settledAt: null,
}

/** Tells a whole story, event by event, and returns what is shown of it. */
const tell = async (
  story: readonly (readonly [number, EventKind, Record<string, unknown>?])[],
  episodes: readonly Episode[] = [],
) => {
  const registry = new Registry()
  const metrics = createMetrics({
    registry,
    version: '1',
    dependencies: [],
    routes: [],
    sources: { activeStates: () => [], inboxPending: () => 0, undelivered: () => 0, runbooksBroken: () => 0 },
  })
  const timeline = story.map(
    ([at, kind, data], index): TimelineEvent => ({ seq: index + 1, incident: 1, at, kind, text: '', data: data ?? {} }),
  )
  const lookup = {
    timeline: () => timeline,
    attemptsOf: () => [attempt],
    episodesOf: () => episodes,
    receiverKind: (receiver: string) => (receiver === 'pager' ? ('webhook' as const) : undefined),
  }
  for (const event of timeline) recordEvent(metrics, event, lookup)
  return (await registry.metrics())
    .split('\n')
    .filter((line) => /^selfheal_.* [^0]/.test(line) && !/_info|config/.test(line))
}

const sums = (lines: readonly string[]) => lines.filter((line) => /_seconds_(sum|count)/.test(line))

describe('events become metrics', () => {
  it('a recovery is counted once in each place', async () => {
    const lines = await tell([
      [10_000, 'incident-opened'],
      [11_000, 'attempt-reserved', { attempt: 5 }],
      [12_000, 'attempt-acted', { attempt: 5, status: 'done' }],
      [20_000, 'proof-settled', { attempt: 5, proof: 'recovered' }],
      [20_000, 'incident-ended', { outcome: 'recovered' }],
    ])
    expect(lines).toEqual([
      'selfheal_incidents_opened_total 1',
      'selfheal_incidents_ended_total{outcome="recovered"} 1',
      'selfheal_attempts_total{action="start"} 1',
      'selfheal_attempts_total{action="restart"} 1',
      'selfheal_proofs_total{result="recovered"} 1',
    ])
  })

  it('detection and recovery are counted from the start of the first alert that was firing at the first attempt', async () => {
    const lines = await tell(
      [
        [10_000, 'incident-opened'],
        [11_000, 'attempt-reserved', { attempt: 5 }],
        [12_000, 'attempt-acted', { attempt: 5 }],
        [13_000, 'attempt-reserved', { attempt: 5 }],
        [14_000, 'attempt-acted', { attempt: 5 }],
        [20_000, 'incident-ended', { outcome: 'recovered' }],
      ],
      [
        episode(1_000, 2_000, 3_000),
        episode(9_000, 9_500, 15_000),
        episode(9_200, 9_500, null),
        episode(0, 30_000, null),
      ],
    )
    expect(sums(lines)).toEqual([
      'selfheal_detection_seconds_sum 3',
      'selfheal_detection_seconds_count 1',
      'selfheal_recovery_seconds_sum 11',
      'selfheal_recovery_seconds_count 1',
    ])
  })

  it('a reopened incident is counted from its own alerts', async () => {
    const lines = await tell(
      [
        [10_000, 'incident-opened'],
        [11_000, 'attempt-reserved', { attempt: 5 }],
        [12_000, 'attempt-acted', { attempt: 5 }],
        [20_000, 'incident-ended', { outcome: 'recovered' }],
        [50_000, 'incident-reopened'],
        [51_000, 'attempt-reserved', { attempt: 5 }],
        [52_000, 'attempt-acted', { attempt: 5 }],
      ],
      [episode(9_000, 9_500, 19_000), episode(48_000, 49_000, null)],
    )
    expect(sums(lines)).toContain('selfheal_detection_seconds_sum 7')
    expect(sums(lines)).toContain('selfheal_detection_seconds_count 2')
  })

  it('an end without our act says nothing about the time of a recovery', async () => {
    const lines = await tell([[20_000, 'incident-ended', { outcome: 'resolved' }]], [episode(1_000, 2_000, null)])
    expect(sums(lines)).toEqual([])
  })

  it('an alert that starts in the future takes no negative time', async () => {
    const story = [
      [11_000, 'attempt-reserved', { attempt: 5 }],
      [12_000, 'attempt-acted', { attempt: 5 }],
    ] as const
    expect(sums(await tell(story, [episode(99_000, 9_000, null)]))).toEqual(['selfheal_detection_seconds_count 1'])
  })

  it('escalations are counted by reason, deliveries by kind of receiver', async () => {
    const lines = await tell([
      [1, 'escalated', { reason: 'budget-exhausted' }],
      [2, 'escalation-failed', { receiver: 'pager' }],
      [3, 'escalation-delivered', { receiver: 'pager' }],
      [4, 'escalation-delivered', { receiver: 'nobody' }],
    ])
    expect(lines).toEqual([
      'selfheal_escalations_total{reason="budget-exhausted"} 1',
      'selfheal_escalation_deliveries_total{receiver_kind="webhook",result="delivered"} 1',
      'selfheal_escalation_deliveries_total{receiver_kind="webhook",result="failed"} 1',
    ])
  })

  it('an event whose data is not what is expected is passed over', async () => {
    const lines = await tell([
      [1, 'incident-ended', { outcome: 'x"} 1\nevil 1' }],
      [2, 'proof-settled', {}],
      [3, 'escalated', { reason: 7 }],
      [4, 'attempt-reserved', { attempt: 'five' }],
      [5, 'escalation-failed', {}],
      [6, 'alert-joined'],
    ])
    expect(lines).toEqual([])
  })
})
