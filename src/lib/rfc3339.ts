/** Instants as RFC 3339 writes them. */

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i

const zeroText = '0001-01-01T00:00:00Z'

/** Go's zero time, with which Prometheus and Alertmanager say "not set", in epoch milliseconds. */
export const zeroInstant = Date.parse(zeroText)

/**
 * Reads an instant with up to nine digits of fraction, and answers epoch milliseconds, rounded down.
 * Dates that no calendar has (February 30th, 25 o'clock, a leap second) and other texts are `undefined`.
 */
export function parseInstant(text: string): number | undefined {
  // Every firing alert says so: the one text that is read again and again.
  if (text === zeroText) return zeroInstant
  const read = shape.exec(text)
  if (read === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = read
  const local = readLocal([year, month, day, hour, minute, second].map(Number))
  if (local === undefined) return undefined
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000
  return local - offset + Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
}

/** Epoch milliseconds of year, month (from 1), day, hour, minute, second in UTC; `undefined`: no calendar has it. */
function readLocal([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0]: readonly number[]):
  | number
  | undefined {
  if (month < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const at = new Date(0)
  at.setUTCFullYear(year, month - 1, day)
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return undefined
  return at.setUTCHours(hour, minute, second)
}
