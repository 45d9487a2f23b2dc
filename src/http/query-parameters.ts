/** Query parameters: every fault is named with what was found and what was expected. */
import type { Request } from 'express'
import { parseInstant } from '../lib/rfc3339.ts'
import { HttpError } from './http-error.ts'

/** The parameters of one request, each given at most once. */
export type Query = Readonly<Record<string, string>>

const show = (found: string): string => JSON.stringify(found.length > 60 ? `${found.slice(0, 60)}...` : found)

const refuse = (name: string, found: string, expected: string): HttpError =>
  new HttpError('bad-request', `parameter ${name}: found ${show(found)}, expected ${expected}`)

/** Takes the parameters that an endpoint knows; throws `bad-request` for any other, and for one that is given twice. */
export function readQuery(request: Request, known: readonly string[]): Query {
  const entries = Object.entries<unknown>(request.query).map(([name, value]) => {
    if (!known.includes(name)) {
      const expected = known.length === 0 ? 'none' : known.join(', ')
      throw new HttpError('bad-request', `found the parameter ${show(name)}, expected ${expected}`)
    }
    if (typeof value !== 'string') throw new HttpError('bad-request', `parameter ${name}: expected it only once`)
    return [name, value] as const
  })
  return Object.fromEntries(entries)
}

/** An integer from 1 to 200, or 50 when it is not given. */
export function readLimit(query: Query): number {
  const found = query.limit
  if (found === undefined) return 50
  const limit = /^[0-9]{1,3}$/.test(found) ? Number(found) : 0
  if (limit < 1 || limit > 200) throw refuse('limit', found, 'an integer from 1 to 200')
  return limit
}

/** Epoch milliseconds of an RFC 3339 time. */
export function readSince(query: Query): number | undefined {
  const found = query.since
  if (found === undefined) return undefined
  const since = parseInstant(found)
  if (since === undefined) throw refuse('since', found, 'an RFC 3339 time such as 2026-01-31T08:00:00Z')
  return since
}

/** `true` or `false`. */
export function readFlag(query: Query, name: string): boolean | undefined {
  const found = query[name]
  if (found === undefined) return undefined
  if (found !== 'true' && found !== 'false') throw refuse(name, found, 'true or false')
  return found === 'true'
}

/** A comma list of words, each one of `words`. */
export function readWords<const Word extends string>(
  query: Query,
  name: string,
  words: readonly Word[],
): readonly Word[] | undefined {
  const found = query[name]
  if (found === undefined) return undefined
  return found.split(',').map((part) => {
    const word = words.find((candidate) => candidate === part)
    if (word === undefined) throw refuse(name, found, `a comma list of ${words.join(', ')}`)
    return word
  })
}

/** A text of 1 to 300 characters. */
export function readText(query: Query, name: string): string | undefined {
  const found = query[name]
  if (found === undefined) return undefined
  if (found === '' || found.length > 300) throw refuse(name, found, '1 to 300 characters')
  return found
}

/** The id that a page ends with, from the opaque cursor that `writeCursor` made. */
export function readCursor(query: Query): number | undefined {
  const found = query.cursor
  if (found === undefined) return undefined
  const [, digits] = /^before:([1-9][0-9]{0,14})$/.exec(Buffer.from(found, 'base64url').toString('utf8')) ?? []
  if (digits === undefined || writeCursor(Number(digits)) !== found) {
    throw refuse('cursor', found, 'the nextCursor of an earlier answer')
  }
  return Number(digits)
}

/** An opaque cursor: what follows is older than this id. */
export function writeCursor(id: number): string {
  return Buffer.from(`before:${id}`).toString('base64url')
}
