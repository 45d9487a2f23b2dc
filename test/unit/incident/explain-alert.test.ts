import { expect, test } from 'vitest'
import { type Episode, episodeStates } from '../../../src/alert/episode.ts'
import { explainAlert } from '../../../src/incident/explain-alert.ts'
import { type Incident, incidentStates, outcomes } from '../../../src/incident/record.ts'

const episode = (changes: Partial<Episode> = {}): Episode => ({
  id: 1,
  fingerprint: 'f',
  labels: {},
  annotations: {},
  state: 'firing',
  startsAt: 0,
  openedAt: 0,
  lastSeenAt: 0,
  listedAt: null,
  closedAt: null,
  openedBy: 'notification',
  notification: 1,
  incident: null,
  disposition: null,
  ...changes,
})

const incident = (changes: Partial<Incident> = {}): Incident => ({
  id: 7,
  target: 'local/shop/web',
  runbook: 'container-down',
  rung: 0,
  mode: 'auto',
  severity: 'critical',
  state: 'open',
  outcome: null,
  reason: null,
  until: null,
  openedAt: 0,
  updatedAt: 0,
  endedAt: null,
  reopened: 0,
  notification: 1,
  labels: {},
  annotations: {},
  proposal: null,
  decisions: 0,
  ...changes,
})

test('without an incident, the disposition says why', () => {
  const disposition = { reason: 'no-route', detail: 'no route and no runbook matches these labels' } as const
  expect(explainAlert(episode({ disposition }), undefined)).toBe(
    'no incident took it: no-route (no route and no runbook matches these labels)',
  )
  expect(explainAlert(episode(), undefined)).toBe('not decided yet')
  expect(explainAlert(episode({ state: 'resolved', closedAt: 1 }), undefined)).toBe(
    'resolved, says Alertmanager; it was over before it was decided',
  )
})

test('with an incident, its state, reason and outcome do', () => {
  const said = explainAlert(episode(), incident({ state: 'deferred', reason: 'silenced' }))
  expect(said).toBe('incident 7 on local/shop/web waits (silenced)')
  const ended = incident({ state: 'ended', outcome: 'advised', reason: 'observe-only', endedAt: 1 })
  expect(explainAlert(episode(), ended)).toBe(
    'incident 7 on local/shop/web ended with nothing done, as nothing may be done (observe-only)',
  )
})

test('beside an incident that has ended, the disposition says why none took it since', () => {
  const disposition = { reason: 'no-target', detail: 'no container has that name' } as const
  const ended = incident({ state: 'ended', outcome: 'target_gone', endedAt: 1 })
  expect(explainAlert(episode({ disposition }), ended)).toBe(
    'incident 7 on local/shop/web ended, because the target is gone; it fires on, and no incident took it: no-target (no container has that name)',
  )
})

test('every state and every outcome has its own words', () => {
  const ends = outcomes.map((outcome) => explainAlert(episode(), incident({ state: 'ended', outcome, endedAt: 1 })))
  const states = incidentStates
    .filter((state) => state !== 'ended')
    .map((state) => explainAlert(episode(), incident({ state })))
  const closes = episodeStates.map((state) => explainAlert(episode({ state }), incident()))
  for (const said of [ends, states, closes]) expect(new Set(said).size).toBe(said.length)
})
