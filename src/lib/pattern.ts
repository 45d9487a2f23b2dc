/**
 * Regular expressions that cannot be made slow: RE2's syntax and its linear time, by re2js.
 *
 * A backtracking engine takes exponential time for `(a+)+`: whoever writes a label would decide how long we think.
 * Alertmanager and Prometheus speak RE2, so the same text means the same here. What they take and this refuses:
 * - more than 1,000 characters, or so many repetitions that one value could be looked at for seconds;
 * - two groups of one name, which re2js does not allow;
 * - parentheses that are only balanced by the anchors put around the pattern, such as `a)|(b`: they would undo them.
 */
import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js'

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
  /** Offset in UTF-16 units at which the fault lies, from 0; 0 where it is not known. */
  readonly position: number

  constructor(found: string, expected: string, position = 0) {
    super(`found ${found}, expected ${expected}`)
    this.name = 'PatternError'
    this.found = found
    this.expected = expected
    this.position = position
  }
}

const longestPattern = 1000

/** Instructions of a compiled pattern: time for one value grows with their number, to a third of a second here. */
const largestProgram = 3000

const compile = (source: string): RE2JS => {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    const part = error instanceof RE2JSSyntaxException ? (error.getPattern() ?? '') : ''
    const position = Math.max(0, source.indexOf(part))
    throw new PatternError(
      error.message.replace(/^error parsing regexp: /, ''),
      "a pattern in RE2's syntax",
      // The same part may stand at several places, and only one of them is wrong.
      source.lastIndexOf(part) === position ? position : 0,
    )
  }
}

/** Compiles a pattern; throws `PatternError` where RE2 would refuse it, or where it is too large. */
export function compilePattern(source: string): Pattern {
  if (source.length > longestPattern) {
    throw new PatternError(`a pattern of ${source.length} characters`, `at most ${longestPattern}`)
  }
  compile(source)
  // What compiles alone and not within its anchors is a \Q without \E, which would swallow them.
  const compiled = compile(`^(?:${source})$`)
  if (compiled.programSize() > largestProgram) {
    throw new PatternError('a pattern that repeats too much', 'smaller numbers in its repetitions')
  }
  return { source, matches: (value) => compiled.testExact(value) }
}
