import { describe, expect, test } from 'vitest'
import { type AlertReport, type Episode, lateCopyWithinMs, stepEpisode } from '../../../src/alert/episode.ts'

const minuteMs = 60_000
const start = 1_000_000_000

const episode = (changes: Partial<Episode> = {}): Episode => ({
  id: 1,
  fingerprint: 'f',
  labels: {},
  annotations: {},
  state: 'firing',
  startsAt: start,
  openedAt: start + 5_000,
  lastSeenAt: start + 5_000,
  listedAt: null,
  openedBy: 'notification',
  closedAt: null,
  notification: 1,
  incident: null,
  disposition: null,
  ...changes,
})

const closed = (changes: Partial<Episode> = {}): Episode =>
  episode({ state: 'resolved', closedAt: start + 10 * minuteMs, ...changes })

const firing = (startsAt = start): AlertReport => ({
  status: 'firing',
  fingerprint: 'f',
  labels: {},
  annotations: {},
  startsAt,
  endsAt: null,
})

const resolved = (startsAt = start, endsAt = start + 9 * minuteMs): AlertReport => ({
  ...firing(startsAt),
  status: 'resolved',
  endsAt,
})

const soon = start + 11 * minuteMs

describe('a firing report', () => {
  test('of an unknown alert opens an episode', () => {
    expect(stepEpisode(undefined, firing(), soon)).toEqual({ step: 'open' })
  })

  test('of an open episode repeats it, wherever startsAt has moved', () => {
    for (const startsAt of [start - minuteMs, start, start + minuteMs]) {
      expect(stepEpisode(episode(), firing(startsAt), soon)).toEqual({ step: 'repeat' })
    }
  })

  test('with a later start opens a new episode after a closed one, however soon', () => {
    expect(stepEpisode(closed(), firing(start + 1), soon)).toEqual({ step: 'open' })
  })

  test('with the start of a closed episode, or an earlier one, is a late copy', () => {
    for (const startsAt of [start, start - minuteMs]) {
      expect(stepEpisode(closed(), firing(startsAt), soon)).toEqual({ step: 'ignore', because: 'late-copy' })
    }
  })

  test('with the start of an episode that closed long ago is no copy of it: the alert fires', () => {
    const { closedAt } = closed()
    const late = (closedAt ?? 0) + lateCopyWithinMs
    expect(stepEpisode(closed(), firing(), late)).toMatchObject({ step: 'ignore' })
    expect(stepEpisode(closed(), firing(), late + 1)).toEqual({ step: 'open' })
  })

  test('after a clock jump back is never taken for a copy of what closed in the future', () => {
    expect(stepEpisode(closed(), firing(start - 86_400_000), start - 86_400_000)).toEqual({ step: 'open' })
  })

  test.each(['resolved', 'suppressed', 'vanished'] as const)('opens a new episode after one that is %s', (state) => {
    expect(stepEpisode(closed({ state }), firing(start + 1), soon)).toEqual({ step: 'open' })
  })
})

test('a firing report opens a new episode after one that vanished, whatever its start: no message had ended that', () => {
  for (const startsAt of [start - minuteMs, start, start + 1]) {
    expect(stepEpisode(closed({ state: 'vanished' }), firing(startsAt), soon)).toEqual({ step: 'open' })
  }
})

test('a firing report with the start of a suppressed episode is a late copy: only a listing tells that a silence is over', () => {
  expect(stepEpisode(closed({ state: 'suppressed' }), firing(), soon)).toMatchObject({ because: 'late-copy' })
})

describe('a resolved report', () => {
  test('of a suppressed episode says that it is over', () => {
    expect(stepEpisode(closed({ state: 'suppressed' }), resolved(), soon)).toEqual({ step: 'close' })
  })

  test('of an unknown alert is ignored', () => {
    expect(stepEpisode(undefined, resolved(), soon)).toEqual({ step: 'ignore', because: 'resolved-unknown' })
  })

  test('closes an open episode, also with a start that has moved', () => {
    for (const startsAt of [start - minuteMs, start, start + minuteMs]) {
      expect(stepEpisode(episode(), resolved(startsAt), soon)).toEqual({ step: 'close' })
    }
  })

  test('of an earlier episode, which ended before this one began, does not close it', () => {
    const report = resolved(start - 10 * minuteMs, start - minuteMs)
    expect(stepEpisode(episode(), report, soon)).toEqual({ step: 'ignore', because: 'late-copy' })
  })

  test('closes an episode whose start lies ahead, because its sender gave none', () => {
    const ahead = episode({ startsAt: start + 20 * minuteMs })
    const end = start + 9 * minuteMs
    expect(stepEpisode(ahead, resolved(end, end), soon)).toEqual({ step: 'close' })
    const before = resolved(start - minuteMs, start)
    expect(stepEpisode(ahead, before, soon)).toEqual({ step: 'ignore', because: 'late-copy' })
  })

  test('of a closed episode changes nothing', () => {
    expect(stepEpisode(closed(), resolved(), soon)).toEqual({ step: 'ignore', because: 'already-closed' })
  })
})
