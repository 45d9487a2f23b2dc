/** Instants as RFC 3339 writes them. */

const shape = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/i

/** Go's zero time, with which Prometheus and Alertmanager say "not set", in epoch milliseconds. */
export const zeroInstant = Date.parse('0001-01-01T00:00:00Z')

/**
 * Reads an instant with up to nine digits of fraction, and answers epoch milliseconds, rounded down.
 * Dates that no calendar has (February 30th, 25 o'clock, a leap second) and other texts are `undefined`.
 */
export function parseInstant(text: string): number | undefined {
  const read = shape.exec(text)
  if (read === null) return undefined
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = read
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`
  const at = new Date(`${local}Z`)
  // Only dates that exist come out as they went in.
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 19) !== local) return undefined
  if (Number(offsetHour ?? 0) > 23 || Number(offsetMinute ?? 0) > 59) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour ?? 0) * 60 + Number(offsetMinute ?? 0)) * 60_000
  return at.getTime() - offset + Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
}
