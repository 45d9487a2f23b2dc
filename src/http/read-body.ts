/** Reads request bodies within limits. */
import type { IncomingMessage } from 'node:http'
import type { BodyBudget } from './body-budget.ts'
import { ClientGone, HttpError } from './http-error.ts'

// No two neighbours in it may take the same characters: a header of nothing but blanks would be tried in every division.
const jsonType = /^application\/json(\s*;\s*charset\s*=\s*("utf-8"|utf-8))?\s*;?$/i

/** Throws `unsupported-media-type` unless the body is plain `application/json`, in UTF-8 where a charset is given. */
export function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'] ?? ''
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const isJson = jsonType.test(type.trim())
  if (isJson && encoding.toLowerCase() === 'identity') return
  throw new HttpError('unsupported-media-type', 'expected Content-Type: application/json, in UTF-8 and not encoded')
}

const ignore = (): void => {}
const tooMany = () => new HttpError('unavailable', 'too much is being received at once, try again')
const tooLarge = (maxBytes: number) => new HttpError('too-large', `the body is larger than ${maxBytes} bytes`)

/** Whether the headers declare a body of more than `maxBytes`. */
export function declaresTooMuch(request: IncomingMessage, maxBytes: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > maxBytes
}

/** So many pieces of a body are joined into one: each costs hundreds of bytes by itself, and may hold a single one. */
const mostLoose = 1024

/** How much of a body is taken. */
export type BodyLimits = { readonly maxBytes: number; readonly budget: BodyBudget }

/**
 * Resolves with the whole body, whose bytes the caller gives back to the budget when it has done with them. Throws
 * `too-large` as soon as more than `maxBytes` are declared or have arrived, `unavailable` when the budget of all bodies is
 * spent, and `ClientGone` when the connection breaks before the end; nothing is held in memory then.
 */
export function readBody(request: IncomingMessage, { maxBytes, budget }: BodyLimits): Promise<Buffer> {
  if (declaresTooMuch(request, maxBytes)) return Promise.reject(tooLarge(maxBytes))
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let loose = 0
    // Listeners stay: what flows in after the end of interest is dropped, and removing them costs more than that.
    let isSettled = false
    const fail = (error: Error): void => {
      isSettled = true
      budget.giveBack(size)
      chunks.length = 0
      reject(error)
    }
    request.on('data', (chunk: Buffer) => {
      if (isSettled) return
      if (size + chunk.length > maxBytes) fail(tooLarge(maxBytes))
      else if (!budget.take(chunk.length)) fail(tooMany())
      else {
        size += chunk.length
        chunks.push(chunk)
        loose += 1
        if (loose === mostLoose) {
          chunks.push(Buffer.concat(chunks.splice(-mostLoose)))
          loose = 0
        }
      }
    })
    request.on('end', () => {
      if (isSettled) return
      isSettled = true
      const [first] = chunks
      resolve(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size))
      chunks.length = 0
    })
    request.on('close', () => {
      if (!isSettled) fail(new ClientGone())
    })
    // A broken connection says so on `error`; `close` follows and settles.
    request.on('error', ignore)
  })
}
