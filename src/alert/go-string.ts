/** Strings in double quotes as Go writes them. */

/** Where a string breaks the rules, and how. */
type StringFault = { readonly position: number; readonly found: string; readonly expected: string }

const simpleEscapes = new Map(Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92, '"': 34 }))
const escapePattern =
  /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|([^\\\n])/suy
const expected = 'an escape of a Go string (\\\\ \\" \\n \\t \\xhh \\uhhhh ...)'

/**
 * Undoes the quoting of a text that begins and ends with a double quote, as Go's `strconv.Unquote` does: `\x` and octal
 * escapes are bytes, and the bytes together must be UTF-8. Throws what `fail` makes of the first fault, whose position
 * is an offset in the quoted text.
 */
export function unquoteGo(quoted: string, fail: (fault: StringFault) => Error): string {
  const inner = quoted.slice(1, -1)
  const bytes: number[] = []
  for (let at = 0; at < inner.length; at = escapePattern.lastIndex) {
    escapePattern.lastIndex = at
    const read = escapePattern.exec(inner)
    const next = read === null ? undefined : bytesOf(read)
    if (next === undefined) {
      const found = JSON.stringify(read === null ? inner.slice(at, at + 2) : read[0])
      throw fail({ position: 1 + at, found, expected })
    }
    bytes.push(...next)
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes))
  } catch {
    throw fail({ position: 0, found: 'bytes that are not UTF-8', expected: 'UTF-8 text' })
  }
}

/** The UTF-8 of a character or an escape; `undefined` where it stands for none. */
function bytesOf([, simple, hex, octal, short, long, plain]: RegExpExecArray): Iterable<number> | undefined {
  if (simple !== undefined) return [simpleEscapes.get(simple) ?? 0]
  if (hex !== undefined) return [Number.parseInt(hex, 16)]
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8)
    return byte < 256 ? [byte] : undefined
  }
  if (plain !== undefined) return new TextEncoder().encode(plain)
  const point = Number.parseInt(short ?? long ?? '', 16)
  const isCharacter = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
  return isCharacter ? new TextEncoder().encode(String.fromCodePoint(point)) : undefined
}
