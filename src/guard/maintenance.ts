/**
 * Guard: during maintenance nothing is begun.
 *
 * Whether an instant lies within a window is computed from local times, not counted from ticks of a clock: a process that
 * was away at the beginning of a window knows that it is within it.
 */
import type { MaintenanceTimes, MaintenanceWindow } from '../config/settings.ts'
import type { Guard } from './facts.ts'
import { allow } from './verdict.ts'
import { instantOf, wallAt } from './zoned-time.ts'

const name = 'maintenance'

const dayMs = 24 * 60 * 60 * 1000

/** Windows that follow one upon the other are looked through so far ahead; who waits looks again then. */
const horizonMs = 35 * dayMs

/** From `from` on, and before `until`; epoch milliseconds. */
export type Span = { readonly from: number; readonly until: number }

type Weekly = Extract<MaintenanceTimes, { readonly kind: 'weekly' }>

// Every decision asks for the same few days, and asking a zone for its offsets is slow. Settings are frozen values.
const known = new WeakMap<Weekly, Map<number, readonly Span[]>>()
const mostKnown = 64

/** The occurrence that begins on the local date at `midnight`, computed once. */
const occurrenceOn = (times: Weekly, midnight: number): readonly Span[] => {
  const days = known.get(times) ?? new Map<number, readonly Span[]>()
  known.set(times, days)
  const spans = days.get(midnight) ?? computeOccurrence(times, midnight)
  if (days.size >= mostKnown) days.clear()
  days.set(midnight, spans)
  return spans
}

/** The occurrence that begins on the local date at `midnight` (wall time), where there is one. */
const computeOccurrence = ({ days, fromMs, toMs, zone }: Weekly, midnight: number): readonly Span[] => {
  if (!days.includes(new Date(midnight).getUTCDay())) return []
  const endsAt = midnight + toMs + (toMs <= fromMs ? dayMs : 0)
  const span = { from: instantOf(zone, midnight + fromMs), until: instantOf(zone, endsAt) }
  return span.from < span.until ? [span] : []
}

/** The span of one window that an instant lies in; `null`: it lies in none. */
export function spanAt(times: MaintenanceTimes, at: number): Span | null {
  if (times.kind === 'once') {
    const { startsAt, endsAt } = times
    return startsAt <= at && at < endsAt ? { from: startsAt, until: endsAt } : null
  }
  const today = Math.floor(wallAt(times.zone, at) / dayMs) * dayMs
  // Clocks that are put back over midnight return to the day before: its date is not over while tomorrow's has begun.
  const spans = [-1, 0, 1].flatMap((days) => occurrenceOn(times, today + days * dayMs))
  const within = spans.filter(({ from, until }) => from <= at && at < until)
  const [first, ...others] = within
  if (first === undefined) return null
  return others.reduce((a, b) => ({ from: Math.min(a.from, b.from), until: Math.max(a.until, b.until) }), first)
}

/** When the maintenance that an instant lies in is over, overlapping and adjoining windows as one; `null`: there is none. */
export function maintenanceUntil(windows: readonly MaintenanceWindow[], now: number): number | null {
  let end = now
  while (end <= now + horizonMs) {
    const ends = windows.flatMap(({ times }) => spanAt(times, end)?.until ?? [])
    if (ends.length === 0) break
    end = Math.max(...ends)
  }
  return end === now ? null : end
}

/** Defers until the windows that speak of the target, merged, are over. */
export const maintenanceGuard: Guard = {
  name,
  judge: ({ maintenance, now }) => {
    const until = maintenanceUntil(maintenance, now)
    if (until === null) return allow(name)
    const names = maintenance.filter(({ times }) => spanAt(times, now) !== null).map((window) => window.name)
    return {
      guard: name,
      verdict: 'defer',
      reason: 'in-maintenance',
      detail: `maintenance: ${names.join(', ')}`,
      until,
    }
  },
}
