/** What author code throws or writes, turned into bounded plain values in which nothing looks like a secret. */
import { redactSecrets } from '../lib/redact.ts'
import type { ThrownError } from './protocol.ts'

const longestMessage = 500
const longestStack = 8000
/** How much of a text is looked through for secrets, and so the most that is ever shown of it. */
const longestLook = 16_000

/** Describes anything that was thrown; never throws itself, whatever the error's own properties do. */
export function describeThrown(error: unknown): ThrownError {
  if (!(error instanceof Error)) {
    const message = attempt(() => shown(error, longestMessage), 'something that cannot be shown')
    return { name: typeof error, code: '', message, stack: '', parsed: null }
  }
  return {
    name: attempt(() => shown(error.name, 100), 'Error'),
    code: attempt(() => ('code' in error ? shown(error.code, 100) : ''), ''),
    message: attempt(() => shown(error.message, longestMessage), ''),
    // Only places are read from it: masked, a file named session.ts would lose its lines.
    stack: attempt(() => bound(String(error.stack ?? ''), longestStack), ''),
    parsed: null,
  }
}

/** One line for a person: what was thrown, and where in which file. */
export function summariseThrown(error: unknown): string {
  const { name, message, stack } = describeThrown(error)
  const frame = /^\s+at .*?\(?(file:\/\/[^\s()]+:\d+:\d+)\)?$/m.exec(stack)?.[1]
  return `threw ${name}: ${message}${frame === undefined ? '' : ` at ${frame}`}`
}

/** Text of an author as people may see it: secrets masked, then cut to `length` characters. */
export function shown(text: unknown, length: number): string {
  return bound(redactSecrets(String(text).slice(0, longestLook)), length)
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
