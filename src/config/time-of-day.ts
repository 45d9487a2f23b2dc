/** Times of the day as they are written: `HH:MM`. */

const pattern = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/

/** Milliseconds after midnight, up to those of `24:00`, the end of the day; `undefined` for what is no such time. */
export function parseTimeOfDay(text: string): number | undefined {
  const read = pattern.exec(text)
  if (read === null) return undefined
  const [, hour = '24', minute = '0'] = read
  return (Number(hour) * 60 + Number(minute)) * 60_000
}
