/** Reading rows: every value that leaves the storage passes through here and is checked on the way. */
import { MalformedValue } from './storage-error.ts'

/** A row as SQLite answers it, by column name. */
export type Row = Readonly<Record<string, unknown>>

/** Longest part of a malformed value that is repeated in an error. */
const SHOWN_CHARACTERS = 60

const show = (value: unknown): string => String(JSON.stringify(value)).slice(0, SHOWN_CHARACTERS)

/** Whether a value is an object with string keys, neither an array nor `null`. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isString = (value: unknown): value is string => typeof value === 'string'

/** Whether a value is an object whose values are all strings. */
export const isStrings = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every(isString)

/** Reads a text; throws `MalformedValue` when it is none. */
export function readText(row: Row, column: string): string {
  const value = row[column]
  if (!isString(value)) throw new MalformedValue(column, `${show(value)} instead of text`)
  return value
}

/** Reads a text or `null`; throws `MalformedValue` when it is neither. */
export function readTextOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : readText(row, column)
}

/** Reads an integer, also an instant; throws `MalformedValue` when it is none. */
export function readInteger(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new MalformedValue(column, `${show(value)} instead of an integer`)
  return value
}

/** Reads an integer or `null`; throws `MalformedValue` when it is neither. */
export function readIntegerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : readInteger(row, column)
}

/** Reads bytes; throws `MalformedValue` when the value is something else. */
export function readBytes(row: Row, column: string): Buffer {
  const value = row[column]
  if (!Buffer.isBuffer(value)) throw new MalformedValue(column, 'no bytes')
  return value
}

/** Reads one word of a closed list; throws `MalformedValue` for any other. */
export function readOneOf<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = row[column]
  const word = words.find((candidate) => candidate === value)
  if (word === undefined) throw new MalformedValue(column, `${show(value)}, a word that this version does not know`)
  return word
}

/** Reads one word of a closed list, or `null`; throws `MalformedValue` for anything else. */
export function readOneOfOrNull<Word extends string>(row: Row, column: string, words: readonly Word[]): Word | null {
  return row[column] === null ? null : readOneOf(row, column, words)
}

/** Reads a JSON document that `isShape` accepts; throws `MalformedValue` when it is broken or of another shape. */
export function readJson<T>(row: Row, column: string, isShape: (value: unknown) => value is T): T {
  const text = readText(row, column)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new MalformedValue(column, 'broken JSON')
  }
  if (!isShape(value)) throw new MalformedValue(column, `JSON of an unknown shape: ${text.slice(0, SHOWN_CHARACTERS)}`)
  return value
}

/** Reads a JSON list whose elements `isElement` accepts; throws `MalformedValue` else. */
export function readList<T>(row: Row, column: string, isElement: (value: unknown) => value is T): readonly T[] {
  return readJson(
    row,
    column,
    (value: unknown): value is readonly T[] => Array.isArray(value) && value.every(isElement),
  )
}

/** Reads a JSON object whose values are all strings: labels, annotations. */
export function readStrings(row: Row, column: string): Readonly<Record<string, string>> {
  return readJson(row, column, isStrings)
}
