import { expect, test } from 'vitest'
import type { Episode } from '../../../src/alert/episode.ts'
import { type ListedAlert, longestGapMs } from '../../../src/alert/reconcile-episode.ts'
import { type Sighting, see, toRun } from '../../../src/alert/sighting.ts'

const stepMs = 30_000
const active: ListedAlert = { state: 'active', startsAt: 0, isOfTruncatedGroup: false, mayBeMuted: false }
const suppressed: ListedAlert = { ...active, state: 'suppressed' }
const unprocessed: ListedAlert = { ...active, state: 'unprocessed' }

const closedAt = (at: number, id = 1): Episode => ({
  id,
  fingerprint: 'f',
  labels: {},
  annotations: {},
  state: 'resolved',
  startsAt: 0,
  openedAt: 0,
  lastSeenAt: 0,
  listedAt: null,
  closedAt: at,
  openedBy: 'notification',
  notification: 1,
  incident: null,
  disposition: null,
})

/** Listings every 30 s from the instant 1,000,000 on. */
const seeAll = (
  listings: readonly (ListedAlert | null)[],
  latest?: (at: number) => Episode | undefined,
  gapMs = stepMs,
) => {
  let sighting: Sighting | undefined
  for (const [index, listed] of listings.entries()) {
    const askedMs = index * gapMs
    const askedAt = 1_000_000 + askedMs
    sighting = see(sighting, { listed, latest: latest?.(askedAt), askedAt, askedMs, now: askedAt + 10 })
  }
  if (sighting === undefined) throw new Error('no listing')
  return toRun(sighting)
}

test('a run is as long as listings say the same', () => {
  expect(seeAll([active]).ms).toBe(0)
  expect(seeAll([active, active, active]).ms).toBe(60_000)
  expect(seeAll([active, active, null, null]).ms).toBe(30_000)
  expect(seeAll([active, null, active]).ms).toBe(0)
})

test('what is not processed neither ends a run nor is one', () => {
  expect(seeAll([active, unprocessed, active]).ms).toBe(60_000)
  expect(seeAll([unprocessed, active]).ms).toBe(0)
  expect(seeAll([null, unprocessed, null]).ms).toBe(60_000)
})

test('listings that are too far apart do not stand in a row', () => {
  expect(seeAll([null, null], undefined, longestGapMs).ms).toBe(longestGapMs)
  expect(seeAll([null, null, null], undefined, longestGapMs + 1).ms).toBe(0)
  expect(seeAll([suppressed, active], undefined, longestGapMs + 1).wasSuppressed).toBe(false)
})

test('the listing before the run said suppressed, or it did not', () => {
  expect(seeAll([suppressed, active]).wasSuppressed).toBe(true)
  expect(seeAll([suppressed, active, active]).wasSuppressed).toBe(true)
  expect(seeAll([suppressed, null, active]).wasSuppressed).toBe(false)
  expect(seeAll([active]).wasSuppressed).toBe(false)
})

test('counts the listings that were asked for after the close', () => {
  const before = () => closedAt(999_999)
  expect(seeAll([active, active, active], before).sinceClose).toBe(3)
  expect(seeAll([active, active, active], (at) => (at < 1_050_000 ? undefined : closedAt(1_040_000))).sinceClose).toBe(
    1,
  )
  expect(seeAll([active, active], (at) => closedAt(at + 5)).sinceClose).toBe(0)
  expect(seeAll([active, active, active]).sinceClose).toBe(0)
  expect(seeAll([active, active], (at) => closedAt(999_999, at < 1_020_000 ? 1 : 2)).sinceClose).toBe(1)
})

test('a close in the future is a clock that jumped back: it counts as past', () => {
  expect(seeAll([active, active], () => closedAt(9_000_000)).sinceClose).toBe(2)
})
