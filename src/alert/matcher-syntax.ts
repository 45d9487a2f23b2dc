/** The grammar of Alertmanager's matchers, as its UTF-8 parser reads it: tokens, quoting, braces. */

import { unquoteGo } from './go-string.ts'

/** The four operators of a matcher. */
export const matcherOperators = ['=', '!=', '=~', '!~'] as const

/** One of `matcherOperators`. */
export type MatcherOperator = (typeof matcherOperators)[number]

/** One matcher as it was written: unquoted, its value not yet compiled. */
export type ScannedMatcher = {
  readonly name: string
  readonly op: MatcherOperator
  readonly value: string
  /** Where the value lies in the text, quotes included: offsets from 0. */
  readonly valueAt: number
  readonly valueEnd: number
}

/** Where a text breaks the grammar, and how. */
export type SyntaxFault = { readonly position: number; readonly found: string; readonly expected: string }

/** Makes the error that is thrown for a fault. */
export type Fail = (fault: SyntaxFault) => Error

type Kind = 'open' | 'close' | 'comma' | 'operator' | 'quoted' | 'unquoted' | 'end'
type Token = { readonly kind: Kind; readonly text: string; readonly at: number }

// \p{White_Space} is what Go takes for space; JavaScript's \s has U+FEFF instead of U+0085.
const tokenPattern =
  /\p{White_Space}*(?:(?<open>\{)|(?<close>\})|(?<comma>,)|(?<operator>=~|!~|!=|=)|(?<quoted>"(?:[^"\\]|\\.)*")|(?<unquoted>[^\p{White_Space}{}!=~,\\"'`]+)|(?<end>$))/suy

const operatorExpectation = 'an operator (=, !=, =~ or !~)'

/** Splits a text into matchers; throws what `fail` makes of the first fault. */
export function scanMatchers(text: string, fail: Fail): readonly ScannedMatcher[] {
  const tokens = tokenize(text, fail)
  const end: Token = { kind: 'end', text: '', at: text.length }
  let next = 0
  const isNext = (...kinds: Kind[]): boolean => kinds.includes((tokens[next] ?? end).kind)
  const take = (expected: string, ...kinds: Kind[]): Token => {
    const token = tokens[next] ?? end
    if (!kinds.includes(token.kind)) throw fail({ position: token.at, found: describe(token), expected })
    next += 1
    return token
  }
  const takeMatcher = (): ScannedMatcher => {
    const name = take('a label name', 'quoted', 'unquoted')
    const op = take(operatorExpectation, 'operator')
    const value = take('a value (quoted where it is empty or holds special characters)', 'quoted', 'unquoted')
    const nameText = unquote(name, fail)
    if (nameText === '') throw fail({ position: name.at, found: 'an empty name', expected: 'a label name' })
    return {
      name: nameText,
      op: readOperator(op.text),
      value: unquote(value, fail),
      valueAt: value.at,
      valueEnd: value.at + value.text.length,
    }
  }

  const isBraced = isNext('open')
  if (isBraced) next += 1
  const found: ScannedMatcher[] = []
  if (!isBraced || !isNext('close')) {
    found.push(takeMatcher())
    while (isNext('comma')) {
      next += 1
      if (isNext('close', 'end')) break
      found.push(takeMatcher())
    }
  }
  if (isBraced) take('a comma or a closing brace', 'close')
  take(isBraced ? 'nothing after the closing brace' : 'a comma or the end', 'end')
  return found
}

function tokenize(text: string, fail: Fail): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; ; at = tokenPattern.lastIndex) {
    tokenPattern.lastIndex = at
    const read = Object.entries(tokenPattern.exec(text)?.groups ?? {}).find(([, part]) => part !== undefined)
    if (read === undefined) throw fail(describeUnreadable(text, at, tokens.at(-1)))
    const token = { kind: read[0] as Kind, text: read[1], at: tokenPattern.lastIndex - read[1].length }
    tokens.push(token)
    if (token.kind === 'end') return tokens
  }
}

function describeUnreadable(text: string, from: number, before: Token | undefined): SyntaxFault {
  const position = from + (/\P{White_Space}/u.exec(text.slice(from))?.index ?? 0)
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0x20)
  if (character === '"') return { position, found: 'an opening quote', expected: 'a closing quote' }
  const isAfterName = before?.kind === 'unquoted' || before?.kind === 'quoted'
  const expected =
    isAfterName && '!~'.includes(character) ? operatorExpectation : 'double quotes around a text that holds it'
  return { position, found: JSON.stringify(character), expected }
}

function describe(token: Token): string {
  return token.kind === 'end' ? 'the end' : JSON.stringify(token.text)
}

/** The operator that a text is; `=` for a text that is none. */
export function readOperator(text: string): MatcherOperator {
  return matcherOperators.find((operator) => operator === text) ?? '='
}

function unquote(token: Token, fail: Fail): string {
  if (token.kind !== 'quoted') return token.text
  return unquoteGo(token.text, ({ position, ...fault }) => fail({ ...fault, position: token.at + position }))
}
