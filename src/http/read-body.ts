/** Reads request bodies within limits. */
import type { IncomingMessage } from 'node:http'
import { ClientGone, HttpError } from './http-error.ts'

/** Throws `unsupported-media-type` unless the body is plain `application/json`, in UTF-8 where a charset is given. */
export function requireJson(request: IncomingMessage): void {
  const type = request.headers['content-type'] ?? ''
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const isJson = /^\s*application\/json\s*(;\s*charset\s*=\s*("utf-8"|utf-8)\s*)?;?\s*$/i.test(type)
  if (isJson && encoding.toLowerCase() === 'identity') return
  throw new HttpError('unsupported-media-type', 'expected Content-Type: application/json, in UTF-8 and not encoded')
}

const tooLarge = (maxBytes: number) => new HttpError('too-large', `the body is larger than ${maxBytes} bytes`)

/**
 * Resolves with the whole body. Throws `too-large` as soon as more than `maxBytes` are declared or have arrived, holding
 * no more than that in memory, and `ClientGone` when the connection breaks before the end.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge(maxBytes))
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let size = 0
    const settle = (finish: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      chunks = []
      finish()
    }
    const onData = (chunk: Buffer): void => {
      size += chunk.length
      if (size > maxBytes) settle(() => reject(tooLarge(maxBytes)))
      else chunks.push(chunk)
    }
    const onEnd = (): void => {
      const body = Buffer.concat(chunks)
      settle(() => resolve(body))
    }
    const onClose = (): void => settle(() => reject(new ClientGone()))
    // A broken connection says so on `error`; `close` follows and settles. The listener stays, for errors after that.
    request.on('error', () => {})
    request.on('data', onData).on('end', onEnd).on('close', onClose)
  })
}
