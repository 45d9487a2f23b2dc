/** Values from outside, shown in part: however large or deeply nested they are, little is written and nothing thrown. */

const mark = '...'
const deepest = 64

/**
 * The first `length` characters of a value's JSON, with `...` in place of what is nested deeper than 64 levels and, where
 * something was cut off, at the end. Takes values that came out of `JSON.parse`.
 */
export function beginningOfJson(value: unknown, length: number): string {
  let text = ''
  const hasRoom = (): boolean => text.length <= length
  const writeText = (part: string): void => {
    text += JSON.stringify(part.slice(0, length + 1))
  }
  const writeAll = (entries: readonly unknown[], writeOne: (entry: unknown) => void): void => {
    for (const [index, entry] of entries.entries()) {
      if (!hasRoom()) return
      if (index > 0) text += ','
      writeOne(entry)
    }
  }
  const write = (part: unknown, depth: number): void => {
    if (typeof part === 'string') writeText(part)
    else if (typeof part !== 'object' || part === null) text += String(part)
    else if (depth === deepest) text += mark
    else if (Array.isArray(part)) {
      text += '['
      writeAll(part, (entry) => write(entry, depth + 1))
      text += ']'
    } else {
      text += '{'
      writeAll(Object.keys(part), (name) => {
        writeText(String(name))
        text += ':'
        write(Reflect.get(part, String(name)), depth + 1)
      })
      text += '}'
    }
  }
  write(value, 0)
  return hasRoom() ? text : `${text.slice(0, length)}${mark}`
}
