/** Durations as Prometheus writes them: whole numbers with the units `y w d h m s ms`, largest first: `1h30m`, `15s`. */

const day = 24 * 60 * 60 * 1000
const units = [
  { unit: 'y', ms: 365 * day, isExactOnly: true },
  { unit: 'w', ms: 7 * day, isExactOnly: true },
  { unit: 'd', ms: day, isExactOnly: false },
  { unit: 'h', ms: 60 * 60 * 1000, isExactOnly: false },
  { unit: 'm', ms: 60 * 1000, isExactOnly: false },
  { unit: 's', ms: 1000, isExactOnly: false },
  { unit: 'ms', ms: 1, isExactOnly: false },
] as const

const pattern = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const longestText = 100

/** What `DurationError` asks for, in words. */
export const durationExpectation = "a duration such as '15s', '2m' or '1h30m' (units y w d h m s ms, largest first)"

/** A text is no duration. The message names what was found and what is expected. */
export class DurationError extends Error {
  readonly found: string
  readonly expected: string

  constructor(found: string, expected = durationExpectation) {
    super(`found ${found}, expected ${expected}`)
    this.name = 'DurationError'
    this.found = found
    this.expected = expected
  }
}

/**
 * Reads a duration and answers milliseconds, a safe integer that is not negative. A year is 365 days. `0` needs no unit.
 * Throws `DurationError` for everything that Prometheus would not read, and for what is beyond 2^53 ms.
 */
export function parseDuration(text: string): number {
  if (text === '0') return 0
  const shown = JSON.stringify(text.length > longestText ? `${text.slice(0, longestText)}...` : text)
  const match = text.length > longestText ? null : pattern.exec(text)
  if (match === null || text === '') throw new DurationError(shown)
  const ms = units.reduce((sum, { ms }, index) => sum + Number(match[index + 1] ?? 0) * ms, 0)
  if (!Number.isSafeInteger(ms)) throw new DurationError(shown, 'a duration below 285,000 years')
  return ms
}

/**
 * Writes milliseconds as Prometheus does, so that `parseDuration` reads the same number back: years and weeks only where
 * nothing remains (`90d`, not `12w6d`), `0s` for zero. Throws `RangeError` for what is not a whole number >= 0.
 */
export function formatDuration(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`not a whole number of milliseconds >= 0: ${ms}`)
  if (ms === 0) return '0s'
  let rest = ms
  let text = ''
  for (const { unit, ms: size, isExactOnly } of units) {
    if (rest < size || (isExactOnly && rest % size !== 0)) continue
    text += `${Math.floor(rest / size)}${unit}`
    rest %= size
  }
  return text
}
