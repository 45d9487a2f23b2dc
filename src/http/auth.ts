/**
 * Who may ask what.
 *
 * Roles: `send` only posts alerts; `read` only reads; `operate` reads and operates; `admin` does everything.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Role, Token } from '../config/settings.ts'
import { HttpError } from './http-error.ts'

/** What an endpoint asks for. `open`: nothing. */
export type Access = 'open' | 'send' | 'read' | 'operate' | 'admin'

const allowed: Readonly<Record<Exclude<Access, 'open'>, readonly Role[]>> = {
  send: ['send', 'admin'],
  read: ['read', 'operate', 'admin'],
  operate: ['operate', 'admin'],
  admin: ['admin'],
}

const challenge = { 'WWW-Authenticate': ['Bearer realm="selfheal"', 'Basic realm="selfheal", charset="UTF-8"'] }

const secretOf = (header: string | undefined): string | undefined => {
  const parts = /^(Bearer|Basic) +([^\s]+) *$/i.exec(header ?? '')
  const [, scheme, value] = parts ?? []
  if (scheme === undefined || value === undefined) return undefined
  if (scheme.toLowerCase() === 'bearer') return value
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : pair.slice(colon + 1)
}

/**
 * Finds the token that an `Authorization` header carries, as a bearer token or as the password of basic authentication.
 * Every token is compared, in constant time, so that the time taken says nothing about any of them.
 */
export function findToken(header: string | undefined, tokens: readonly Token[]): Token | undefined {
  const secret = secretOf(header)
  if (secret === undefined || secret === '') return undefined
  const digest = createHash('sha256').update(secret).digest()
  let found: Token | undefined
  for (const token of tokens) {
    const expected = Buffer.from(token.sha256, 'hex')
    const isEqual = expected.length === digest.length && timingSafeEqual(expected, digest)
    found = isEqual ? (found ?? token) : found
  }
  return found
}

/**
 * Lets a request pass, or throws: `unauthorized` without a known token, `forbidden` when the token's role does not
 * suffice. `access` is `null` for methods that the path does not have: any known token passes, to be told so.
 * Without any configured token everything passes. Nothing of the credentials is in the error.
 */
export function authorize(
  header: string | undefined,
  access: Access | null,
  tokens: readonly Token[],
): Token | undefined {
  if (access === 'open' || tokens.length === 0) return undefined
  const token = findToken(header, tokens)
  if (token === undefined) {
    throw new HttpError('unauthorized', 'a known token is needed, as a bearer token or as the password of basic auth', {
      headers: challenge,
    })
  }
  if (access !== null && !allowed[access].includes(token.role)) {
    const wanted = allowed[access].join(' or ')
    throw new HttpError('forbidden', `the role ${token.role} does not suffice, expected ${wanted}`)
  }
  return token
}
