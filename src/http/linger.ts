/** Answers that do not wait for the rest of the body. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NextFunction, Request, Response } from 'express'

/**
 * When the answer is out before its request's body is in, the rest is read and thrown away for `lingerMs`, then the
 * connection is cut.
 *
 * A stream that nobody reads any more keeps flowing, so nothing of the rest is held in memory. Cutting at once would
 * make the sender see a reset connection, which it retries for ever, in place of the answer.
 */
export function linger(request: IncomingMessage, response: ServerResponse, lingerMs: number): void {
  response.once('finish', () => {
    if (request.complete) return
    const cut = setTimeout(() => request.socket.destroy(), lingerMs)
    request.once('close', () => clearTimeout(cut))
    request.once('end', () => clearTimeout(cut))
  })
}

/** Middleware: `linger` for every request. */
export function lingerAfterAnswer(lingerMs: number) {
  return (request: Request, response: Response, next: NextFunction): void => {
    linger(request, response, lingerMs)
    next()
  }
}
