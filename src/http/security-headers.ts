/** Headers of every answer. */
import type { NextFunction, Request, Response } from 'express'

/** Answers are data, never pages; nothing is sniffed, framed, cached or given to other origins. */
export const securityHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
} as const

/** Middleware: sets the headers of every answer. */
export function setSecurityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.set(securityHeaders)
  next()
}
