/** The one place where errors become answers. */
import type { ServerResponse } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import { AdapterError } from '../lib/adapter-error.ts'
import { ClientGone, HttpError } from './http-error.ts'
import { answerJson } from './json-answer.ts'

/** What an error is answered with. Whatever is not meant for the client is `internal`, without its message. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof AdapterError) {
    return new HttpError('dependency-failed', `${error.system} did not answer as needed: ${error.code}`, {
      cause: error,
    })
  }
  if (error instanceof URIError) return new HttpError('bad-request', 'the path is not well encoded', { cause: error })
  return new HttpError('internal', 'a fault in selfheal itself, see its log', { cause: error })
}

/** Last but one middleware: nothing matched the path. */
export function refuseUnknownPath(): void {
  throw new HttpError('not-found', 'there is nothing at this path')
}

/**
 * Answers `{"error":{"code","message"}}`. An error after the answer has begun cuts the connection, so that half an answer
 * is never taken for a whole one. What the request's log line has to carry is left on `response.err`: errors of status 500
 * and above, but not a plain `unavailable`: that selfheal is stopping, or not ready, is no fault.
 */
export function answerError(response: ServerResponse & { err?: Error | undefined }, error: unknown): void {
  if (error instanceof ClientGone || response.headersSent) {
    response.destroy()
    return
  }
  const { status, code, message, headers, cause } = toHttpError(error)
  const isExpected = code === 'unavailable' && cause === undefined
  if (status >= 500 && !isExpected) response.err = cause instanceof Error ? cause : new Error(message, { cause })
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value])
  }
  answerJson(response, status, { error: { code, message } })
}

/** Last middleware: whatever was thrown is answered. */
export function answerErrors() {
  // Express knows an error handler by its four parameters.
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void =>
    answerError(response, error)
}
