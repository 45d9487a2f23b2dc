/** Reads small JSON bodies of the API. */
import type { Request } from 'express'
import { HttpError } from './http-error.ts'
import { type BodyLimits, readBody, requireJson } from './read-body.ts'

const maxApiBytes = 1024 * 1024

/** The body as JSON, of at most 1 MiB. Throws `bad-request` for what is none, and what `readBody` and `requireJson` throw. */
export async function readJson(request: Request, { maxBytes, budget }: BodyLimits): Promise<unknown> {
  requireJson(request)
  const bytes = await readBody(request, { maxBytes: Math.min(maxBytes, maxApiBytes), budget })
  budget.giveBack(bytes.length)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new HttpError('bad-request', 'the body is not JSON in UTF-8', { cause })
  }
}
