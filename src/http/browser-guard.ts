/**
 * Keeps pages in an operator's browser from reaching selfheal.
 *
 * A page can point its own host name at 127.0.0.1 (DNS rebinding) and then read answers as if they were its own; and
 * any page can post a form across origins. Programs such as Alertmanager send no Origin header.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { HttpError } from './http-error.ts'
import { isLoopback } from './loopback.ts'

const hostnameOf = (host: string): string => {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(host)
  return (bracketed?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase()
}

const parseUrl = (url: string | null): URL | null => (url !== null && URL.canParse(url) ? new URL(url) : null)

/**
 * On a loopback connection and without tokens, throws `host-not-allowed` unless the Host header is `localhost`, an IP
 * address, or the host of the external URL: names that a foreign page cannot have.
 */
export function guardHost(request: IncomingMessage, externalUrl: string | null): void {
  const { host } = request.headers
  if (host === undefined || !isLoopback(request.socket.localAddress ?? '')) return
  const name = hostnameOf(host)
  if (name === 'localhost' || isIP(name) !== 0 || name === parseUrl(externalUrl)?.hostname) return
  throw new HttpError(
    'host-not-allowed',
    'the Host header names neither localhost, nor an IP address, nor the host of the external URL; set the external URL or configure tokens',
  )
}

/** Throws `origin-not-allowed` when a browser sends the request for a page of another origin. */
export function guardOrigin(request: IncomingMessage, externalUrl: string | null): void {
  const { origin, host } = request.headers
  if (origin === undefined) return
  const from = parseUrl(origin)
  if (from !== null && (from.host === host?.toLowerCase() || from.origin === parseUrl(externalUrl)?.origin)) return
  throw new HttpError('origin-not-allowed', 'the Origin header names another origin than this server')
}
