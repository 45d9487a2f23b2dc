/** Finds where a property of a runbook stands in its source, without a parser: good enough to point a person at it. */
import type { ShapePath } from '../authoring/validate-shape.ts'

/** A place in a text, both from 1. */
export type Place = { readonly line: number; readonly column: number }

const hidden =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=(?:[(,=:[!&|?{};>]|\breturn)\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g

/**
 * Answers where the property lies, or the innermost part of the path that can be found; `null` when the source has no
 * `defineRunbook({` and no `export default {`. Values that are computed elsewhere are not followed.
 */
export function locateProperty(source: string, path: ShapePath): Place | null {
  const masked = mask(source)
  const start = /defineRunbook\s*(?:<[^(]*>)?\(\s*\{|export\s+default\s*\{/.exec(masked)
  if (start === null) return null
  let found = start.index
  let open = start.index + start[0].length - 1
  for (const part of path) {
    const at = findPart(source, masked, { open, part })
    if (at === null) break
    found = at.at
    if (at.open === null) break
    open = at.open
  }
  return placeOf(source, found)
}

/** Where a file exports its runbook, or would: at `export default`, else at `defineRunbook`, else at its beginning. */
export function locateExport(source: string): Place {
  const masked = mask(source)
  const at = [/export\s+default\b/, /\bdefineRunbook\s*[(<]/].map((pattern) => masked.search(pattern))
  return placeOf(source, Math.max(0, at.find((offset) => offset >= 0) ?? 0))
}

/** The place of an offset in a text. */
export function placeOf(source: string, offset: number): Place {
  const before = source.slice(0, offset)
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
}

/** The text with its strings and comments made unreadable, all positions kept. */
function mask(source: string): string {
  return source.replaceAll(hidden, (match) => match.replaceAll(/[^\n]/g, /^\/[/*]/.test(match) ? ' ' : '_'))
}

type Part = { readonly at: number; readonly open: number | null }

/** Looks through the entries of the object or list that opens at `open`. */
function findPart(
  source: string,
  masked: string,
  wanted: { readonly open: number; readonly part: string | number },
): Part | null {
  const entries = splitEntries(masked, wanted.open)
  if (typeof wanted.part === 'number') {
    const at = entries[wanted.part]
    return at === undefined ? null : { at, open: findOpening(masked, at) }
  }
  for (const at of entries) {
    const key = /^(?:readonly\s+|async\s+)?(?:(['"])(.*?)\1|([\w$~-]+))\s*([:(,}])/s.exec(source.slice(at, at + 300))
    if (key === null || (key[2] ?? key[3]) !== wanted.part) continue
    return { at, open: key[4] === ':' ? findOpening(masked, at + key[0].length) : null }
  }
  return null
}

/** Offsets of the first character of every entry of the bracket at `open`, other than white space and comments. */
function splitEntries(masked: string, open: number): readonly number[] {
  const entries: number[] = []
  let depth = 0
  let isExpected = true
  for (let at = open; at < masked.length; at += 1) {
    const character = masked[at] ?? ''
    if (depth === 1 && isExpected && /[^\s,)\]}]/.test(character)) {
      entries.push(at)
      isExpected = false
    }
    if ('([{'.includes(character)) depth += 1
    else if (')]}'.includes(character)) depth -= 1
    else if (character === ',' && depth === 1) isExpected = true
    if (depth === 0) break
  }
  return entries
}

/** The bracket of a value that is an object, a list, or a call with one of these as first argument. */
function findOpening(masked: string, at: number): number | null {
  const match = /^\s*(?:[\w$.]+\s*\(\s*)?[[{]/.exec(masked.slice(at, at + 500))
  return match === null ? null : at + match[0].length - 1
}
