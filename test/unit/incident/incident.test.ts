import { expect, test } from 'vitest'
import { type ReplicaState, urgencies } from '../../../src/authoring/index.ts'
import { aReplica, aTarget } from '../../../src/authoring/testing.ts'
import type { Incident } from '../../../src/incident/record.ts'
import { decideReopening } from '../../../src/incident/reopen.ts'
import { observedSymptom } from '../../../src/incident/symptom.ts'
import { isMoreUrgent } from '../../../src/incident/urgency.ts'

const ended = (endedAt: number | null): Incident => ({
  id: 1,
  target: 'local/shop/web',
  runbook: 'container-down',
  rung: 0,
  mode: 'auto',
  severity: 'critical',
  state: endedAt === null ? 'open' : 'ended',
  outcome: endedAt === null ? null : 'recovered',
  reason: null,
  until: null,
  openedAt: 0,
  updatedAt: 0,
  endedAt,
  reopened: 0,
  notification: 1,
  labels: {},
  annotations: {},
  proposal: null,
  decisions: 0,
})

test.each([
  ['nothing ended before', undefined, 1_000, 'fresh'],
  ['it has not ended', ended(null), 1_000, 'fresh'],
  ['it has just ended', ended(1_000), 1_000, 'reopen'],
  ['it ended as long ago as is allowed', ended(1_000), 1_900, 'reopen'],
  ['it ended longer ago', ended(1_000), 1_901, 'fresh'],
  ['it ended in the future, as the clock jumped back', ended(9_000), 1_000, 'reopen'],
] as const)('%s', (_, last, now, expected) => {
  expect(decideReopening(last, now, 900)).toBe(expected)
})

test('urgency is a strict order, down first', () => {
  for (const [a, urgencyA] of urgencies.entries()) {
    for (const [b, urgencyB] of urgencies.entries()) expect(isMoreUrgent(urgencyA, urgencyB)).toBe(a < b)
  }
  expect(urgencies).toEqual(['down', 'unresponsive', 'errors', 'saturation', 'drift'])
})

test.each<[ReplicaState, 'none' | 'unhealthy', string | null]>([
  ['running', 'none', null],
  ['exited', 'none', 'down'],
  ['dead', 'none', 'down'],
  ['created', 'none', 'down'],
  ['restarting', 'none', null],
  ['paused', 'none', null],
  ['running', 'unhealthy', 'unhealthy'],
])('a replica that is %s with health %s looks %s', (state, health, symptom) => {
  expect(observedSymptom(aTarget({ replicas: [aReplica(), aReplica({ name: 'web-2', state, health })] }))).toBe(symptom)
})
