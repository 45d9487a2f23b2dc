/** Reading the engine's JSON: each function returns a value of the wanted kind or throws a `ShapeError` that names the place. */

/** The engine's answer is not what the Engine API promises. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError'

  constructor(place: string, expected: string) {
    super(`expected ${expected} at ${place}`)
  }
}

/** A JSON object, with values of any kind. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether the value is a JSON object (no array, no buffer). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}

/** The value as an object. */
export function asObject(value: unknown, place: string): JsonObject {
  if (!isObject(value)) throw new ShapeError(place, 'a JSON object')
  return value
}

/** The value as an array. */
export function asArray(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ShapeError(place, 'a JSON array')
  return value
}

/** The object's member as an object; empty where it is missing or null, as Docker leaves out what is empty. */
export function objectAt(from: JsonObject, key: string): JsonObject {
  const value = from[key]
  return isObject(value) ? value : {}
}

/** The object's member as an array; empty where it is missing or null. */
export function arrayAt(from: JsonObject, key: string): readonly unknown[] {
  const value = from[key]
  return Array.isArray(value) ? value : []
}

/** The object's member as a text, which must be there. */
export function textAt(from: JsonObject, key: string): string {
  const value = from[key]
  if (typeof value !== 'string') throw new ShapeError(key, 'a text')
  return value
}

/** The object's member as a text; empty where it is missing. */
export function looseTextAt(from: JsonObject, key: string): string {
  const value = from[key]
  return typeof value === 'string' ? value : ''
}

/** The object's member as a finite number; `null` where it is missing or null. */
export function numberAt(from: JsonObject, key: string): number | null {
  const value = from[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The texts among the members of an object, as labels are. */
export function textsOf(from: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(from).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
