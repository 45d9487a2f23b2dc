/** Instants at the edge. */

/** RFC 3339, UTC, with milliseconds; `null` stays `null`. */
export function writeInstant(at: number): string
export function writeInstant(at: number | null): string | null
export function writeInstant(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
