import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MaintenanceTimes, MaintenanceWindow } from '../../../src/config/settings.ts'
import { maintenanceGuard, maintenanceUntil, spanAt } from '../../../src/guard/maintenance.ts'
import { facts } from './facts.ts'
import { minuteMs, walk } from './slow-windows.ts'

const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
const everyDay = [0, 1, 2, 3, 4, 5, 6]

const clock = (text: string): number => {
  const [hour = 0, minute = 0] = text.split(':').map(Number)
  return (hour * 60 + minute) * minuteMs
}

const weekly = (zone: string, from: string, to: string, days: readonly number[] = everyDay): MaintenanceTimes => ({
  kind: 'weekly',
  days,
  fromMs: clock(from),
  toMs: clock(to),
  zone,
})

const once = (startsAt: number, endsAt: number): MaintenanceTimes => ({ kind: 'once', startsAt, endsAt })

const window = (times: MaintenanceTimes, name = 'window'): MaintenanceWindow => ({
  name,
  match: [],
  targets: [],
  times,
})

const at = (text: string): number => Date.parse(text)

const spanText = (times: MaintenanceTimes, instant: string): string | null => {
  const span = spanAt(times, at(instant))
  return span && [span.from, span.until].map((end) => new Date(end).toISOString().slice(0, 16)).join(' ')
}

describe('a weekly window', () => {
  it('goes over midnight, and belongs to the day on which it begins', () => {
    const saturdays = weekly('Europe/Berlin', '22:00', '04:00', [6])
    expect(spanText(saturdays, '2026-01-10T20:59:00Z')).toBe(null)
    expect(spanText(saturdays, '2026-01-10T21:00:00Z')).toBe('2026-01-10T21:00 2026-01-11T03:00')
    expect(spanText(saturdays, '2026-01-11T02:59:59.999Z')).toBe('2026-01-10T21:00 2026-01-11T03:00')
    expect(spanText(saturdays, '2026-01-11T03:00:00Z')).toBe(null)
    expect(spanText(saturdays, '2026-01-11T21:00:00Z')).toBe(null)
  })

  it('begins at the next valid minute where its beginning is skipped', () => {
    const nightly = weekly('Europe/Berlin', '02:30', '03:30')
    expect(spanText(nightly, '2026-03-29T00:59:00Z')).toBe(null)
    expect(spanText(nightly, '2026-03-29T01:00:00Z')).toBe('2026-03-29T01:00 2026-03-29T01:30')
  })

  it('is not held on a day on which the clocks skip it as a whole', () => {
    const nightly = weekly('Europe/Berlin', '02:10', '02:50')
    expect(spanText(nightly, '2026-03-29T01:00:00Z')).toBe(null)
    expect(spanText(nightly, '2026-03-30T00:10:00Z')).toBe('2026-03-30T00:10 2026-03-30T00:50')
  })

  it('is held once where the clocks show its times twice', () => {
    const nightly = weekly('Europe/Berlin', '02:10', '02:50')
    expect(spanText(nightly, '2026-10-25T00:10:00Z')).toBe('2026-10-25T00:10 2026-10-25T00:50')
    expect(spanText(nightly, '2026-10-25T01:10:00Z')).toBe(null)
  })

  it('is an hour longer or shorter where clocks change within it', () => {
    const nightly = weekly('America/New_York', '01:00', '04:00')
    expect(spanText(nightly, '2026-03-08T06:30:00Z')).toBe('2026-03-08T06:00 2026-03-08T08:00')
    expect(spanText(nightly, '2026-11-01T06:30:00Z')).toBe('2026-11-01T05:00 2026-11-01T09:00')
  })

  it('knows changes by half an hour', () => {
    const nightly = weekly('Australia/Lord_Howe', '02:15', '03:00')
    expect(spanText(nightly, '2026-10-03T15:30:00Z')).toBe('2026-10-03T15:30 2026-10-03T16:00')
  })

  it('is held on a leap day and over the end of a year', () => {
    expect(spanText(weekly('UTC', '22:00', '02:00'), '2028-02-29T23:00:00Z')).toBe('2028-02-29T22:00 2028-03-01T02:00')
    expect(spanText(weekly('UTC', '22:00', '02:00'), '2027-01-01T01:00:00Z')).toBe('2026-12-31T22:00 2027-01-01T02:00')
  })

  it('may last until the end of the day', () => {
    expect(spanText(weekly('UTC', '00:00', '24:00', [3]), '2026-01-07T23:59:59.999Z')).toBe(
      '2026-01-07T00:00 2026-01-08T00:00',
    )
  })

  it('stays open where clocks go back to the day before it began', () => {
    const sundays = weekly('America/St_Johns', '00:00', '02:00', [0])
    expect(spanText(sundays, '2010-11-07T02:45:00Z')).toBe('2010-11-07T02:30 2010-11-07T05:30')
  })

  it('is not held on a date that a zone skipped', () => {
    expect(spanText(weekly('Pacific/Apia', '08:00', '09:00', [5]), '2011-12-30T10:00:00Z')).toBe(null)
  })
})

/** Weeks in which something happens to the clocks or to the calendar. */
const weeks = [
  ['Europe/Berlin', '2026-03-26'],
  ['Europe/Berlin', '2026-10-22'],
  ['America/New_York', '2026-03-05'],
  ['America/New_York', '2026-10-29'],
  ['Australia/Lord_Howe', '2026-04-02'],
  ['Australia/Lord_Howe', '2026-10-01'],
  ['Africa/Casablanca', '2026-02-13'],
  ['Africa/Casablanca', '2026-03-20'],
  ['America/Santiago', '2026-04-02'],
  ['America/Santiago', '2026-09-03'],
  ['Asia/Kathmandu', '2028-02-27'],
  ['UTC', '2028-02-27'],
  ['UTC', '2026-12-29'],
  ['Pacific/Kiritimati', '2026-12-29'],
  ['America/St_Johns', '2010-11-04'],
  ['Pacific/Apia', '2011-12-28'],
] as const

const timeOfDay = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 24 * 60 - 1 }) },
  // Where clocks are changed.
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 4 * 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 22 * 60, max: 24 * 60 - 1 }) },
)

const weeklyIn = (zone: string): fc.Arbitrary<MaintenanceTimes> =>
  fc
    .record({
      days: fc.subarray(everyDay, { minLength: 1 }),
      from: timeOfDay,
      to: fc.oneof({ weight: 9, arbitrary: timeOfDay }, { weight: 1, arbitrary: fc.constant(24 * 60) }),
    })
    .filter(({ from, to }) => from !== to)
    .map(({ days, from, to }) => ({ kind: 'weekly', days, fromMs: from * minuteMs, toMs: to * minuteMs, zone }))

describe.each(weeks)('in %s from %s on', (zone, date) => {
  const from = Date.parse(`${date}T00:00:00Z`)
  const until = from + 4 * dayMs

  it('a window is open in just the minutes in which walking through time finds it open', () => {
    fc.assert(
      fc.property(weeklyIn(zone), (times) => {
        const expected = walk(times, from, until)
        const wrong = expected.findIndex(
          (isOpen, index) => (spanAt(times, from + index * minuteMs) !== null) !== isOpen,
        )
        expect(wrong === -1 ? 'no minute' : new Date(from + wrong * minuteMs).toISOString()).toBe('no minute')
      }),
      { numRuns: 6 },
    )
  })

  it('the end of merged windows is the first minute that lies in none of them', () => {
    const single = fc
      .record({ start: fc.integer({ min: 0, max: 3 * 24 * 60 }), minutes: fc.integer({ min: 1, max: 900 }) })
      .map(({ start, minutes }) => once(from + start * minuteMs, from + (start + minutes) * minuteMs))
    const some = fc.array(fc.oneof(weeklyIn(zone), single), { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(some, (all) => {
        const walks = all.map((times) => walk(times, from, until + 2 * dayMs))
        const open = (walks[0] ?? []).map((_, index) => walks.some((one) => one[index] === true))
        for (let index = 0; index < (until - from) / minuteMs; index += 61) {
          const now = from + index * minuteMs
          const end = open.indexOf(false, index)
          if (end === -1) continue
          const found = maintenanceUntil(
            all.map((times) => window(times)),
            now,
          )
          expect(found).toBe(end === index ? null : from + end * minuteMs)
        }
      }),
      { numRuns: 2 },
    )
  })
})

describe('the maintenance guard', () => {
  it('defers until the end of windows that overlap or adjoin, and names those that are open', () => {
    const now = at('2026-01-07T10:30:00Z')
    const maintenance = [
      window(weekly('UTC', '10:00', '11:00'), 'first'),
      window(once(at('2026-01-07T10:45:00Z'), at('2026-01-07T12:00:00Z')), 'second'),
      window(weekly('UTC', '12:00', '13:00'), 'third'),
      window(weekly('UTC', '13:01', '14:00'), 'later'),
    ]
    expect(maintenanceGuard.judge(facts({ now, maintenance }))).toEqual({
      guard: 'maintenance',
      verdict: 'defer',
      reason: 'in-maintenance',
      detail: 'maintenance: first',
      until: at('2026-01-07T13:00:00Z'),
    })
  })

  it('allows outside of all windows', () => {
    const maintenance = [window(once(1000, 2000))]
    expect(maintenanceGuard.judge(facts({ now: 999, maintenance }))).toMatchObject({ verdict: 'allow' })
    expect(maintenanceGuard.judge(facts({ now: 1000, maintenance }))).toMatchObject({ verdict: 'defer', until: 2000 })
    expect(maintenanceGuard.judge(facts({ now: 2000, maintenance }))).toMatchObject({ verdict: 'allow' })
  })

  it('answers where windows together never end', () => {
    const maintenance = [window(weekly('UTC', '00:00', '12:00')), window(weekly('UTC', '12:00', '24:00'))]
    const now = at('2026-01-07T10:30:00Z')
    expect(maintenanceUntil(maintenance, now)).toBeGreaterThan(now + 34 * dayMs)
  })
})
