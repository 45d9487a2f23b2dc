/**
 * Matchers: Alertmanager's way to say which labels are meant.
 *
 * A matcher is `name op value`, op one of `= != =~ !~`. Regular expressions are anchored at both ends, and a label
 * that is missing equals "". The syntax is that of Alertmanager's UTF-8 parser.
 */

import { compilePattern, type Pattern, PatternError } from '../lib/pattern.ts'
import { type MatcherOperator, type SyntaxFault, scanMatchers } from './matcher-syntax.ts'

export { type MatcherOperator, matcherOperators } from './matcher-syntax.ts'

/** One condition on one label. */
export type Matcher = {
  readonly name: string
  readonly op: MatcherOperator
  readonly value: string
  /** The compiled value of `=~` and `!~`; `null` for the other operators. */
  readonly pattern: Pattern | null
}

/** A text is not a list of matchers. */
export class MatcherError extends Error {
  /** The whole text that was read. */
  readonly text: string
  /** Offset in UTF-16 units at which the fault lies, from 0. */
  readonly position: number
  readonly found: string
  readonly expected: string

  constructor(text: string, fault: SyntaxFault) {
    super(`matcher ${quote(text)}, column ${fault.position + 1}: found ${fault.found}, expected ${fault.expected}`)
    this.name = 'MatcherError'
    this.text = text
    this.position = fault.position
    this.found = fault.found
    this.expected = fault.expected
  }
}

/** Longest label value, in UTF-16 units, that is compared with a regular expression; a longer one matches none. */
const longestValue = 8 * 1024

/**
 * Reads matchers. Each text holds one or more, separated by commas, in braces or without; all of them are answered in
 * order. `{}` holds none and so selects everything; a blank text is a fault. Throws `MatcherError` at the first fault.
 */
export function parseMatchers(texts: readonly string[]): readonly Matcher[] {
  return texts.flatMap((text) =>
    scanMatchers(text, (fault) => new MatcherError(text, fault)).map((scanned) => {
      const { name, op, value } = scanned
      if (op === '=' || op === '!=') return { name, op, value, pattern: null }
      try {
        return { name, op, value, pattern: compilePattern(value) }
      } catch (error) {
        if (!(error instanceof PatternError)) throw error
        throw new MatcherError(text, { position: scanned.valueAt, found: error.found, expected: error.expected })
      }
    }),
  )
}

/** Whether every matcher holds for the labels; a missing label equals "". Takes time linear in the values' lengths. */
export function matches(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every((matcher) => holds(matcher, labels))
}

/** A value that is too long for a regular expression satisfies neither `=~` nor `!~`: it is not known what it is. */
function holds(matcher: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : ''
  if (matcher.pattern === null) return (value === matcher.value) === (matcher.op === '=')
  if (value.length > longestValue) return false
  return matcher.pattern.matches(value) === (matcher.op === '=~')
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}...` : text)
}
