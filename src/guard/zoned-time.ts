/**
 * Local time in the zones of the IANA database, as the runtime knows them.
 *
 * Wall time is written as the epoch milliseconds that the same date and time would have in UTC: a plain number that can
 * be added to and compared.
 */

const minuteMs = 60_000
const hourMs = 60 * minuteMs

// Making one takes far longer than asking it; zones come from the configuration alone.
const formatters = new Map<string, Intl.DateTimeFormat>()

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formatters.set(zone, made)
  return made
}

/** Whether the runtime knows a zone of this name; offsets such as `+01:00` are none. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The wall time in a zone at an instant (epoch milliseconds), in whole seconds. */
export function wallAt(zone: string, at: number): number {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

const offsetAt = (zone: string, at: number): number => {
  const second = Math.floor(at / 1000) * 1000
  return wallAt(zone, second) - second
}

/** The first instant in `(before, after]` whose wall time is not below `wall`, where that only grows in between. */
const search = (zone: string, wall: number, [before, after]: readonly [number, number]): number => {
  let low = before
  let high = after
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000
    if (wallAt(zone, middle) >= wall) high = middle
    else low = middle
  }
  return high
}

/**
 * The first instant at which the clocks of a zone show a wall time or a later one. A time that is skipped begins at the
 * first valid minute after it; of one that comes twice the first counts. Holds where a zone changes its offset at most
 * once within 28 hours.
 */
export function instantOf(zone: string, wall: number): number {
  // No zone is further from UTC than 14 hours: a change between these instants is seen by one of them.
  const offsets = [wall - 15 * hourMs, wall + 13 * hourMs].map((at) => offsetAt(zone, at))
  const exact = offsets.map((offset) => wall - offset).filter((at) => wallAt(zone, at) === wall)
  if (exact.length > 0) return Math.min(...exact)
  const [one, other] = [wall - Math.max(...offsets), wall - Math.min(...offsets)]
  return search(zone, wall, [one - 1000, other])
}
