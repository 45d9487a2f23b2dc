/** Headers of every answer. */
import type { NextFunction, Request, Response } from 'express'

/** Middleware: answers are data, never pages; nothing is sniffed, framed, cached or given to other origins. */
export function setSecurityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  })
  next()
}
