/** Maintenance windows by walking through time minute by minute: slow, and too simple to be wrong. */
import type { MaintenanceTimes } from '../../../src/config/settings.ts'

export const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const formatters = new Map<string, Intl.DateTimeFormat>()

const texts = new Map<string, string>()

/** What the clocks of the zone show, as text that sorts by time: `2026-03-29 02:30`. */
function shown(zone: string, at: number): string {
  const key = `${zone} ${at}`
  const text = texts.get(key) ?? format(zone, at)
  texts.set(key, text)
  return text
}

function format(zone: string, at: number): string {
  const formatter =
    formatters.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short', hourCycle: 'h23' })
  formatters.set(zone, formatter)
  return formatter.format(at)
}

const write = (midnight: number, ms: number): string =>
  new Date(midnight + ms).toISOString().slice(0, 16).replace('T', ' ')

/** For each minute of `[from, until)`, whether it lies in the window. */
export function walk(times: MaintenanceTimes, from: number, until: number): readonly boolean[] {
  const minutes: number[] = []
  for (let at = from; at < until; at += minuteMs) minutes.push(at)
  if (times.kind === 'once') return minutes.map((at) => times.startsAt <= at && at < times.endsAt)
  // Each local date of interest opens and closes its own occurrence as the clocks reach its two times for the first time.
  const { days, fromMs, toMs, zone } = times
  const earliest = from - 4 * dayMs
  const firstDate = Math.floor(earliest / dayMs) * dayMs
  const occurrences: { opens: string; closes: string; isOpen: boolean; isClosed: boolean }[] = []
  for (let midnight = firstDate; midnight < until + 3 * dayMs; midnight += dayMs) {
    if (!days.includes(new Date(midnight).getUTCDay())) continue
    const closes = write(midnight, toMs + (toMs <= fromMs ? dayMs : 0))
    occurrences.push({ opens: write(midnight, fromMs), closes, isOpen: false, isClosed: false })
  }
  const result: boolean[] = []
  let live = occurrences
  for (let at = earliest - (earliest % minuteMs); at < until; at += minuteMs) {
    const clock = shown(zone, at)
    for (const one of live) {
      if (clock >= one.opens) one.isOpen = true
      if (clock >= one.closes) one.isClosed = true
      if (clock < one.opens && !one.isOpen) break
    }
    live = live.filter(({ isClosed }) => !isClosed)
    if (at >= from) result.push(live.some(({ isOpen }) => isOpen))
  }
  return result
}
