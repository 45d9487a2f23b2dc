/** The grammar of Alertmanager's matchers, as its UTF-8 parser reads it: tokens, quoting, braces. */

/** The four operators of a matcher. */
export const matcherOperators = ['=', '!=', '=~', '!~'] as const

/** One of `matcherOperators`. */
export type MatcherOperator = (typeof matcherOperators)[number]

/** One matcher as it was written: unquoted, its value not yet compiled. */
export type ScannedMatcher = {
  readonly name: string
  readonly op: MatcherOperator
  readonly value: string
  /** Offset of the value in the text, from 0. */
  readonly valueAt: number
}

/** Where a text breaks the grammar, and how. */
export type SyntaxFault = { readonly position: number; readonly found: string; readonly expected: string }

type Kind = 'open' | 'close' | 'comma' | 'operator' | 'quoted' | 'unquoted' | 'end'
type Token = { readonly kind: Kind; readonly text: string; readonly at: number }
type Fail = (fault: SyntaxFault) => Error

const tokenPattern =
  /\s*(?:(?<open>\{)|(?<close>\})|(?<comma>,)|(?<operator>=~|!~|!=|=)|(?<quoted>"(?:[^"\\]|\\.)*")|(?<unquoted>[^\s{}!=~,\\"'`]+)|(?<end>$))/suy

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
    const op = take('an operator (=, !=, =~ or !~)', 'operator')
    const value = take('a value (quoted where it is empty or holds special characters)', 'quoted', 'unquoted')
    const text = unquote(name, fail)
    if (text === '') throw fail({ position: name.at, found: 'an empty name', expected: 'a label name' })
    return { name: text, op: readOperator(op.text), value: unquote(value, fail), valueAt: value.at }
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
    if (read === undefined) throw fail(describeUnreadable(text, at))
    const token = { kind: read[0] as Kind, text: read[1], at: tokenPattern.lastIndex - read[1].length }
    tokens.push(token)
    if (token.kind === 'end') return tokens
  }
}

function describeUnreadable(text: string, from: number): SyntaxFault {
  const position = from + (/\S/u.exec(text.slice(from))?.index ?? 0)
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0x20)
  if (character === '"') return { position, found: 'an opening quote', expected: 'a closing quote' }
  return { position, found: JSON.stringify(character), expected: 'double quotes around a text that holds it' }
}

function describe(token: Token): string {
  return token.kind === 'end' ? 'the end' : JSON.stringify(token.text)
}

function readOperator(text: string): MatcherOperator {
  return matcherOperators.find((operator) => operator === text) ?? '='
}

const simpleEscapes = new Map(Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34 }))
const escapePattern =
  /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([^\\\n])/suy

/** Undoes Go's string quoting. `\x` and octal escapes are bytes; the bytes together must be UTF-8. */
function unquote(token: Token, fail: Fail): string {
  if (token.kind !== 'quoted') return token.text
  const inner = token.text.slice(1, -1)
  const bytes: number[] = []
  for (let at = 0; at < inner.length; at = escapePattern.lastIndex) {
    escapePattern.lastIndex = at
    const read = escapePattern.exec(inner)
    const expected = 'an escape of a Go string (\\\\ \\" \\n \\t \\xhh \\uhhhh ...)'
    if (read === null)
      throw fail({ position: token.at + 1 + at, found: JSON.stringify(inner.slice(at, at + 2)), expected })
    const [, simple, hex, octal, short, long, plain] = read
    if (simple !== undefined) bytes.push(simpleEscapes.get(simple) ?? 0)
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16))
    else if (octal !== undefined && Number.parseInt(octal, 8) < 256) bytes.push(Number.parseInt(octal, 8))
    else if (plain !== undefined) bytes.push(...new TextEncoder().encode(plain))
    else {
      const point = Number.parseInt(short ?? long ?? 'ffffffff', 16)
      const isCharacter = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
      if (!isCharacter) throw fail({ position: token.at + 1 + at, found: JSON.stringify(read[0]), expected })
      bytes.push(...new TextEncoder().encode(String.fromCodePoint(point)))
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    throw fail({ position: token.at, found: 'bytes that are not UTF-8', expected: 'UTF-8 text' })
  }
}
