/**
 * Matchers: Alertmanager's way to say which labels are meant.
 *
 * A matcher is `name op value`, op one of `= != =~ !~`. Regular expressions are anchored at both ends, and a label
 * that is missing equals "". The syntax is that of Alertmanager's UTF-8 parser.
 *
 * Dialects, as Alertmanager has them: `utf8` is its UTF-8 parser (strict mode), and what selfheal's own files are
 * written in; `classic` is the parser before 0.27; `fallback`, the default of Alertmanager since then, is UTF-8, then
 * classic where that fails, and classic as well where both can read a text and disagree about it.
 *
 * What Alertmanager takes and this refuses, in every dialect: a text without any matcher that is no `{}`; an empty label
 * name; half a surrogate pair; and a pattern of `lib/pattern.ts`'s list of differences.
 */

import { compilePattern, type Pattern, PatternError } from '../lib/pattern.ts'
import { scanClassicMatchers } from './matcher-classic.ts'
import { type MatcherOperator, type ScannedMatcher, type SyntaxFault, scanMatchers } from './matcher-syntax.ts'

export { type MatcherOperator, matcherOperators } from './matcher-syntax.ts'

/** The parsers that Alertmanager has for matchers. */
export type MatcherDialect = 'utf8' | 'classic' | 'fallback'

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
  return texts.flatMap((text) => parseText(text, 'utf8'))
}

/** Reads one text as an Alertmanager with this parser does, and as `parseMatchers` otherwise. */
export function parseMatchersAs(dialect: MatcherDialect, text: string): readonly Matcher[] {
  return parseText(text, dialect)
}

function parseText(text: string, dialect: MatcherDialect): readonly Matcher[] {
  const fail = (fault: SyntaxFault) => new MatcherError(text, fault)
  if (!text.isWellFormed()) {
    throw fail({ position: 0, found: 'half a surrogate pair', expected: 'text that UTF-8 can write' })
  }
  if (/^\p{White_Space}*$/u.test(text)) {
    throw fail({ position: text.length, found: 'the end', expected: 'a label name' })
  }
  if (dialect === 'utf8') return scanMatchers(text, fail).map((scanned) => compile(scanned, text))
  if (dialect === 'classic') return scanClassicMatchers(text, fail).map((scanned) => compile(scanned, text))
  const [modern, classic] = [attempt(text, 'utf8'), attempt(text, 'classic')]
  if (modern instanceof MatcherError) {
    if (classic instanceof MatcherError) throw modern
    return classic
  }
  return classic instanceof MatcherError || isSame(modern, classic) ? modern : classic
}

function attempt(text: string, dialect: MatcherDialect): readonly Matcher[] | MatcherError {
  try {
    return parseText(text, dialect)
  } catch (error) {
    if (error instanceof MatcherError) return error
    throw error
  }
}

function isSame(some: readonly Matcher[], others: readonly Matcher[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, op, value }, index) => {
      const other = others[index]
      return name === other?.name && op === other.op && value === other.value
    })
  )
}

function compile({ name, op, value, valueAt, valueEnd }: ScannedMatcher, text: string): Matcher {
  try {
    return createMatcher(name, op, value)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    // Escapes move what comes after them: the place within the value is only known where none did.
    const within = text.slice(valueAt, valueEnd).indexOf(value)
    const position = valueAt + (within === -1 ? 0 : within + error.position)
    throw new MatcherError(text, { position, found: error.found, expected: error.expected })
  }
}

/** Makes a matcher of its parts; throws `PatternError` where its regular expression is none. */
export function createMatcher(name: string, op: MatcherOperator, value: string): Matcher {
  return { name, op, value, pattern: op === '=' || op === '!=' ? null : compilePattern(value) }
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
