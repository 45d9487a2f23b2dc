import { describe, expect, test } from 'vitest'
import { type Episode, episodeStates } from '../../../src/alert/episode.ts'
import {
  type Comparison,
  forgottenAfterMs,
  laterStartMs,
  type Run,
  reconcileEpisode,
  unannouncedAfterMs,
  vanishedAfterMs,
} from '../../../src/alert/reconcile-episode.ts'

const minuteMs = 60_000
const start = 1_000_000_000
const askedAt = start + 60 * minuteMs

const episode = (changes: Partial<Episode> = {}): Episode => ({
  id: 1,
  fingerprint: 'f',
  labels: {},
  annotations: {},
  state: 'firing',
  startsAt: start,
  openedAt: start + 30_000,
  lastSeenAt: start + 30_000,
  listedAt: start + 60_000,
  closedAt: null,
  openedBy: 'notification',
  notification: 1,
  incident: null,
  disposition: null,
  ...changes,
})
const closed = (changes: Partial<Episode> = {}): Episode =>
  episode({ state: 'resolved', closedAt: start + 10 * minuteMs, ...changes })

const listed = { state: 'active', startsAt: start, isOfTruncatedGroup: false, mayBeMuted: false } as const
const run = (changes: Partial<Run> = {}): Run => ({ ms: 0, sinceClose: 1, wasSuppressed: false, ...changes })

const decide = (changes: Partial<Comparison>) =>
  reconcileEpisode({
    latest: undefined,
    listed: null,
    run: run(),
    askedAt,
    now: askedAt + 1_000,
    isInHand: false,
    ...changes,
  })

describe('listed active', () => {
  test('and firing: touched', () => {
    expect(decide({ latest: episode(), listed })).toEqual({ step: 'touch', because: 'active' })
  })

  test('with a start that is later than ours by more than a moment, and later than when we heard of it: it fired again', () => {
    const at = (startsAt: number, openedAt = start + 1) =>
      decide({ latest: episode({ openedAt }), listed: { ...listed, startsAt } }).step
    expect(at(start + laterStartMs)).toBe('touch')
    expect(at(start + laterStartMs + 1)).toBe('reopen')
    expect(at(start + 5 * minuteMs, start + 5 * minuteMs)).toBe('touch')
    expect(at(start + 5 * minuteMs + 1, start + 5 * minuteMs)).toBe('reopen')
    expect(at(start - 5 * minuteMs)).toBe('touch')
  })

  test('with a start that lies ahead: its sender gives none, so that says nothing of when it fired', () => {
    const at = (startsAt: number) => decide({ latest: episode(), listed: { ...listed, startsAt } }).step
    expect(at(askedAt)).toBe('reopen')
    expect(at(askedAt + 1)).toBe('touch')
    expect(at(askedAt + 60 * minuteMs)).toBe('touch')
  })

  test('and unknown: only after the user has had the time to be told, strictly', () => {
    const at = (ms: number) => decide({ listed, run: run({ ms }) })
    expect(at(0)).toEqual({ step: 'nothing', because: 'too-early' })
    expect(at(unannouncedAfterMs)).toEqual({ step: 'nothing', because: 'too-early' })
    expect(at(unannouncedAfterMs + 1)).toEqual({ step: 'open', because: 'unannounced' })
    expect(unannouncedAfterMs).toBe(5.5 * minuteMs)
  })

  test('and unknown, where routes are muted by the time of day: never, as that may be why it was not announced', () => {
    const muted = { ...listed, mayBeMuted: true }
    expect(decide({ listed: muted, run: run({ ms: 1e9 }) })).toEqual({ step: 'nothing', because: 'maybe-muted' })
    const later = { ...muted, startsAt: start + 20 * minuteMs }
    expect(decide({ latest: closed(), listed: later, run: run({ ms: 1e9, sinceClose: 9 }) }).step).toBe('nothing')
    expect(decide({ latest: closed(), listed: muted, run: run({ sinceClose: 2 }) }).step).toBe('open')
  })

  test('and unknown, of a truncated group: at once', () => {
    expect(decide({ listed: { ...listed, isOfTruncatedGroup: true } })).toEqual({ step: 'open', because: 'truncated' })
  })

  test('of a truncated group, closed before: at once when it started later, confirmed when it did not', () => {
    const truncated = { ...listed, isOfTruncatedGroup: true }
    expect(decide({ latest: closed(), listed: { ...truncated, startsAt: start + 1 } })).toMatchObject({ step: 'open' })
    expect(decide({ latest: closed(), listed: truncated })).toEqual({ step: 'nothing', because: 'unconfirmed' })
  })

  test('after it was suppressed: at once, when the listing before still held it so', () => {
    const latest = closed({ state: 'suppressed' })
    expect(decide({ latest, listed, run: run({ wasSuppressed: true }) })).toEqual({
      step: 'open',
      because: 'unsilenced',
    })
  })

  test('after it was suppressed and gone for a moment: Alertmanager was restarted, so it has to be confirmed', () => {
    const latest = closed({ state: 'suppressed' })
    expect(decide({ latest, listed })).toEqual({ step: 'nothing', because: 'unconfirmed' })
    expect(decide({ latest, listed, run: run({ sinceClose: 2 }) })).toMatchObject({ step: 'open' })
  })

  test.each(['resolved', 'vanished'] as const)('although it is %s: in the second listing after that', (state) => {
    const latest = closed({ state })
    expect(decide({ latest, listed, run: run({ sinceClose: 0, ms: minuteMs }) }).step).toBe('nothing')
    expect(decide({ latest, listed, run: run({ sinceClose: 1, ms: minuteMs }) }).step).toBe('nothing')
    expect(decide({ latest, listed, run: run({ sinceClose: 2, ms: minuteMs }) })).toEqual({
      step: 'open',
      because: 'still-active',
    })
  })

  test('and started after it had closed: another firing, which the user wants to be told of in time', () => {
    const later = { ...listed, startsAt: start + 20 * minuteMs }
    expect(decide({ latest: closed(), listed: later, run: run({ sinceClose: 9, ms: 4 * minuteMs }) })).toEqual({
      step: 'nothing',
      because: 'too-early',
    })
    const long = run({ sinceClose: 12, ms: unannouncedAfterMs + 1 })
    expect(decide({ latest: closed(), listed: later, run: long })).toEqual({ step: 'open', because: 'unannounced' })
  })
})

describe('listed suppressed', () => {
  const suppressed = { ...listed, state: 'suppressed' } as const

  test('and firing: suppressed', () => {
    expect(decide({ latest: episode(), listed: suppressed })).toEqual({ step: 'suppress', because: 'silenced' })
  })

  test('and unknown: nothing, for however long', () => {
    expect(decide({ listed: suppressed, run: run({ ms: 1e9 }) })).toEqual({ step: 'nothing', because: 'silent' })
  })

  test('and closed: held only where an incident is in hand', () => {
    for (const state of ['resolved', 'vanished'] as const) {
      const latest = closed({ state })
      expect(decide({ latest, listed: suppressed }).step).toBe('nothing')
      expect(decide({ latest, listed: suppressed, isInHand: true })).toMatchObject({
        step: 'reclassify',
        as: 'suppressed',
      })
    }
    const latest = closed({ state: 'suppressed' })
    expect(decide({ latest, listed: suppressed, isInHand: true }).step).toBe('nothing')
  })
})

describe('absent', () => {
  const long = run({ ms: vanishedAfterMs })

  test('and firing: vanished after three minutes on end', () => {
    expect(decide({ latest: episode(), run: run({ ms: vanishedAfterMs - 1 }) }).step).toBe('nothing')
    expect(decide({ latest: episode(), run: long })).toEqual({ step: 'vanish', because: 'absent' })
    expect(vanishedAfterMs).toBe(3 * minuteMs)
  })

  test('and never listed: only when its Alertmanager would have repeated it', () => {
    const latest = episode({ listedAt: null })
    expect(decide({ latest, run: long }).step).toBe('nothing')
    const now = latest.lastSeenAt + forgottenAfterMs
    expect(decide({ latest, run: long, askedAt: now, now }).step).toBe('nothing')
    expect(decide({ latest, run: long, askedAt: now, now: now + 1 })).toEqual({ step: 'vanish', because: 'forgotten' })
  })

  test('and suppressed: the silence ended and the alert is gone', () => {
    const latest = closed({ state: 'suppressed' })
    expect(decide({ latest, run: run() }).step).toBe('nothing')
    expect(decide({ latest, run: long })).toMatchObject({ step: 'reclassify', as: 'vanished' })
  })

  test('and closed, or unknown: nothing', () => {
    expect(decide({ run: long }).step).toBe('nothing')
    expect(decide({ latest: closed(), run: long }).step).toBe('nothing')
    expect(decide({ latest: closed({ state: 'vanished' }), run: long }).step).toBe('nothing')
  })
})

describe('a message that came after the listing was asked for', () => {
  const long = run({ ms: 1e9, sinceClose: 9, wasSuppressed: true })
  const everything = [
    null,
    ...(['active', 'suppressed', 'unprocessed'] as const).map((state) => ({ ...listed, state })),
  ]

  test.each(['openedAt', 'lastSeenAt', 'closedAt'] as const)('wins over whatever is listed, by its %s', (field) => {
    for (const state of episodeStates) {
      const latest = episode({ state, closedAt: state === 'firing' ? null : start, [field]: askedAt + 1 })
      for (const held of everything) {
        expect(decide({ latest, listed: held, run: long })).toEqual({ step: 'nothing', because: 'newer-message' })
      }
    }
  })

  test('is not one that came in a future which a clock that jumped back has left', () => {
    const latest = episode({ lastSeenAt: askedAt + 24 * 60 * minuteMs })
    expect(decide({ latest, run: long }).step).toBe('vanish')
  })
})

test('what is not processed yet says nothing', () => {
  for (const latest of [undefined, episode(), closed(), closed({ state: 'suppressed' })]) {
    const held = { ...listed, state: 'unprocessed', isOfTruncatedGroup: true } as const
    expect(decide({ latest, listed: held, run: run({ ms: 1e9, sinceClose: 9 }) }).step).toBe('nothing')
  }
})
