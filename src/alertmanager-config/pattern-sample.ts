/** Texts that a regular expression of RE2's syntax matches: guessed from how it is written, then held against it. */
import { compilePattern } from '../lib/pattern.ts'

const most = 12
/** What is tried for a class of characters. */
const alphabet = [...'x0aA_-. /:1bB\n\té']

type Cursor = { readonly text: string; at: number }

/** Up to twelve texts that the whole pattern matches; none where none was guessed. */
export function samplesOf(source: string): readonly string[] {
  const pattern = compilePattern(source)
  const guesses = readAlternatives({ text: source, at: 0 })
  return [...new Set(guesses)].filter(pattern.matches)
}

const join = (left: readonly string[], right: readonly string[]): readonly string[] =>
  left.flatMap((start) => right.map((end) => start + end)).slice(0, most)

function readAlternatives(cursor: Cursor): readonly string[] {
  const all: string[] = []
  let branch: readonly string[] = ['']
  for (;;) {
    const character = cursor.text[cursor.at]
    if (character === undefined || character === ')') return [...all, ...branch].slice(0, most)
    if (character === '|') {
      all.push(...branch)
      branch = ['']
      cursor.at += 1
    } else branch = join(branch, repeat(readAtom(cursor), cursor))
  }
}

function repeat(atom: readonly string[], cursor: Cursor): readonly string[] {
  const rest = cursor.text.slice(cursor.at)
  const read = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/.exec(rest)
  if (read === null) return atom
  cursor.at += read[0].length
  const least = read[1] === '+' ? 1 : Number(read[2] ?? 0)
  const repeated = Array.from({ length: Math.min(least, 100) }, () => atom).reduce<readonly string[]>(join, [''])
  return least === 0 ? ['', ...atom].slice(0, most) : repeated
}

function readAtom(cursor: Cursor): readonly string[] {
  const { text } = cursor
  const from = cursor.at
  const character = String.fromCodePoint(text.codePointAt(from) ?? 0)
  cursor.at += character.length
  if (character === '.') return ['x']
  if (character === '^' || character === '$') return ['']
  if (character === '(') return readGroup(cursor)
  if (character === '[') {
    // A closing bracket that comes first stands for itself.
    const end = /^\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]/su.exec(text.slice(from))?.[0] ?? character
    cursor.at = from + end.length
    return ofClass(end)
  }
  if (character !== '\\') return [character]
  const escaped = /^\\(?:Q.*?(?:\\E|$)|[pP](?:\{[^}]*\}|.)|x(?:\{[^}]*\}|..)|[0-7]{1,3}|.)/su.exec(
    text.slice(from),
  )?.[0]
  if (escaped === undefined) return ['']
  cursor.at = from + escaped.length
  if (escaped.startsWith('\\Q')) return [escaped.slice(2).replace(/\\E$/, '')]
  return /^\\[bBAz]$/.test(escaped) ? [''] : ofClass(escaped)
}

function readGroup(cursor: Cursor): readonly string[] {
  const head = /^\?(?:P?<\w+>|[a-zA-Z-]*(:|\)))/.exec(cursor.text.slice(cursor.at))
  cursor.at += head?.[0].length ?? 0
  // `(?i)` sets flags, and holds nothing.
  if (head?.[1] === ')') return ['']
  const inner = readAlternatives(cursor)
  cursor.at += 1
  return inner
}

/** One character of a class or an escape: the first of some that it matches, or what is written in it. */
function ofClass(source: string): readonly string[] {
  try {
    const pattern = compilePattern(source)
    return [...alphabet, ...source].filter(pattern.matches).slice(0, 1)
  } catch {
    return []
  }
}
