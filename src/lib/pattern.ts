/**
 * Regular expressions that cannot be made slow: RE2's syntax and its linear time, by re2js.
 *
 * A backtracking engine takes exponential time for `(a+)+`: whoever writes a label would decide how long we think.
 * Alertmanager and Prometheus speak RE2, so the same text means the same here.
 */
import { RE2JS, RE2JSException } from 're2js'

/** A compiled regular expression, anchored at both ends. */
export type Pattern = {
  readonly source: string
  /** Whether the whole value matches. */
  readonly matches: (value: string) => boolean
}

/** A text is no pattern that RE2 would take. */
export class PatternError extends Error {
  readonly found: string
  readonly expected: string

  constructor(found: string, expected: string) {
    super(`found ${found}, expected ${expected}`)
    this.name = 'PatternError'
    this.found = found
    this.expected = expected
  }
}

const longestPattern = 1000

const compile = (source: string): RE2JS => {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new PatternError(error.message.replace(/^error parsing regexp: /, ''), "a pattern in RE2's syntax")
  }
}

/** Compiles a pattern of at most 1,000 characters; throws `PatternError` where RE2 would refuse it. */
export function compilePattern(source: string): Pattern {
  if (source.length > longestPattern) {
    throw new PatternError(`a pattern of ${source.length} characters`, `at most ${longestPattern}`)
  }
  const compiled = compile(source)
  return { source, matches: (value) => compiled.testExact(value) }
}
