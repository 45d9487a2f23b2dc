/** Sets of names and texts that come from outside. */

/**
 * JSON Schema of such a set: every value is a text, whatever its name. A pattern for the names would leave values
 * unchecked: the one that a record commonly has does not match names with a line break in them.
 */
export const textsSchema = { type: 'object', additionalProperties: { type: 'string' } } as const

/** A set as that schema lets it pass. */
export type Texts = Readonly<Record<string, string>>

/**
 * Copies a set of labels or annotations into one without a prototype, so that no name in it (`__proto__`,
 * `constructor`) means anything but itself. Halves of surrogate pairs become U+FFFD, as Go reads them.
 */
export function copyTexts(set: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const copy: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(set)) copy[name.toWellFormed()] = value.toWellFormed()
  return copy
}

/** Text of another system on one line, without control characters, at most 300 long. */
export function toOneLine(text: string): string {
  const flat = text.slice(0, 1000).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  return flat.length > 300 ? `${flat.slice(0, 300)}...` : flat
}
