/** What author code throws, turned into bounded plain values. */
import type { ThrownError } from './protocol.ts'

const longestMessage = 500
const longestStack = 8000

/** Describes anything that was thrown; never throws itself, whatever the error's own properties do. */
export function describeThrown(error: unknown): ThrownError {
  if (!(error instanceof Error)) {
    const message = attempt(() => bound(String(error), longestMessage), 'something that cannot be shown')
    return { name: typeof error, code: '', message, stack: '', parsed: null }
  }
  return {
    name: attempt(() => bound(String(error.name), 100), 'Error'),
    code: attempt(() => ('code' in error ? bound(String(error.code), 100) : ''), ''),
    message: attempt(() => bound(String(error.message), longestMessage), ''),
    stack: attempt(() => bound(String(error.stack ?? ''), longestStack), ''),
    parsed: null,
  }
}

/** One line for a person: what was thrown, and where in which file. */
export function summariseThrown(error: unknown): string {
  const { name, message, stack } = describeThrown(error)
  const frame = /\(?(file:\/\/[^\s()]+:\d+:\d+)\)?/.exec(stack)?.[1]
  return `threw ${name}: ${message}${frame === undefined ? '' : ` at ${frame}`}`
}

/** At most `length` characters of a text, and a mark where something was left out. */
export function bound(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text
}

function attempt(read: () => string, otherwise: string): string {
  try {
    return read()
  } catch {
    return otherwise
  }
}
