/**
 * The grammar of Alertmanager's classic parser: the only one before 0.27, and what later versions fall back to.
 *
 * It is lenient where the UTF-8 parser is strict (values without quotes may hold almost anything, braces need not be
 * paired, a value may be missing, an unknown escape is kept as it is written) and strict where that is lenient (label
 * names are ASCII and never quoted, and only `\n`, `\"` and `\\` are escapes).
 */

import { type Fail, readOperator, type ScannedMatcher } from './matcher-syntax.ts'

type Piece = { readonly text: string; readonly at: number }

/** What RE2 takes for `\s`. */
const space = '[\\t\\n\\f\\r ]*'
const headPattern = new RegExp(`^${space}([a-zA-Z_:][a-zA-Z0-9_:]*)${space}(=~|=|!=|!~)${space}`)

/** Splits a text into matchers as the classic parser does; throws what `fail` makes of the first fault. */
export function scanClassicMatchers(text: string, fail: Fail): readonly ScannedMatcher[] {
  return splitAtCommas(text).map((piece) => scanOne(piece, fail))
}

/** Commas within quotes separate nothing. What is escaped is counted as the classic parser counts it, flaws included. */
function splitAtCommas(text: string): readonly Piece[] {
  const start = text.startsWith('{') ? 1 : 0
  const end = text.endsWith('}') && text.length > start ? text.length - 1 : text.length
  const pieces: Piece[] = []
  let isQuoted = false
  let isEscaped = false
  let from = start
  for (let at = start; at < end; at += 1) {
    const character = text[at]
    if (character === ',') {
      if (isQuoted) continue
      pieces.push({ text: text.slice(from, at), at: from })
      from = at + 1
    } else if (character === '"') {
      if (!isEscaped) isQuoted = !isQuoted
      isEscaped = false
    } else if (character === '\\') isEscaped = !isEscaped
    else isEscaped = false
  }
  const last = text.slice(from, end).replace(/^\p{White_Space}+/u, '')
  const at = end - last.length
  const trimmed = last.replace(/\p{White_Space}+$/u, '')
  return trimmed === '' ? pieces : [...pieces, { text: trimmed, at }]
}

function scanOne(piece: Piece, fail: Fail): ScannedMatcher {
  const head = headPattern.exec(piece.text)
  if (head === null) {
    const found = piece.text.trim() === '' ? 'nothing' : JSON.stringify(piece.text.slice(0, 100))
    throw fail({ position: piece.at, found, expected: 'a matcher such as name="value"' })
  }
  const raw = piece.text.slice(head[0].length).replace(/[\t\n\f\r ]+$/, '')
  const valueAt = piece.at + head[0].length
  const value = undoEscapes(raw, ({ position, ...fault }) => fail({ ...fault, position: valueAt + position }))
  return { name: head[1] ?? '', op: readOperator(head[2] ?? ''), value, valueAt, valueEnd: valueAt + raw.length }
}

function undoEscapes(raw: string, fail: Fail): string {
  const isQuoted = raw.startsWith('"')
  let value = ''
  let isClosed = !isQuoted
  for (let at = isQuoted ? 1 : 0; at < raw.length; at += 1) {
    const character = raw.charAt(at)
    const isLast = at === raw.length - 1
    if (character === '\\' && !isLast) {
      at += 1
      const next = raw.charAt(at)
      value += next === 'n' ? '\n' : next === '"' || next === '\\' ? next : `\\${next}`
    } else if (character === '"') {
      if (isClosed || !isLast) throw fail({ position: at, found: 'a double quote', expected: 'it as \\"' })
      isClosed = true
    } else value += character
  }
  if (!isClosed) throw fail({ position: 0, found: 'an opening quote', expected: 'a closing quote' })
  return value
}
