/** HTTP probes of targets: one GET over a connection of its own, so that no answer comes from before a restart. */
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { describeNetworkFault, networkFaultCode } from '../lib/http-fault.ts'
import type { ProbeAnswer, ProbePort } from '../remediation/ports.ts'

/** Faults that lie between us and the target, or with us: they say nothing about the target. */
const faultsElsewhere = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EADDRINUSE',
  'EACCES',
  'EPERM',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EINVAL',
  'EAFNOSUPPORT',
])

/**
 * Probes over real HTTP. A redirect is an answer like any other. `no-answer`: refused, reset, timed out, no TLS, no HTTP.
 * `unknown`: the name or the network does not lead there, the address is none, or the signal aborted.
 */
export function createHttpProbe(): ProbePort {
  return { get }
}

function get(url: string, timeoutMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  if (signal.aborted) return Promise.resolve({ kind: 'unknown', detail: 'no longer waited for' })
  const address = URL.canParse(url) ? new URL(url) : undefined
  if (address === undefined || !['http:', 'https:'].includes(address.protocol)) {
    return Promise.resolve({ kind: 'unknown', detail: 'not an http or https address' })
  }
  return new Promise((resolve) => {
    const send = address.protocol === 'https:' ? requestHttps : requestHttp
    const request = send(address, { agent: false, headers: { Accept: '*/*', 'User-Agent': 'selfheal-probe' } })
    const settle = (answer: ProbeAnswer): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      resolve(answer)
      request.destroy()
    }
    const onAbort = (): void => settle({ kind: 'unknown', detail: 'no longer waited for' })
    const timer = setTimeout(() => settle({ kind: 'no-answer', detail: `no answer within ${timeoutMs} ms` }), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    request.on('response', (response: IncomingMessage) => {
      response.on('error', () => {})
      settle({ kind: 'status', status: response.statusCode ?? 0 })
    })
    request.on('upgrade', (response: IncomingMessage) => settle({ kind: 'status', status: response.statusCode ?? 0 }))
    // Stays after the answer: destroying the request may raise one more error.
    request.on('error', (error) => settle(judge(error)))
    request.on('close', () => settle({ kind: 'no-answer', detail: 'connection closed without an answer' }))
    request.end()
  })
}

function judge(error: Error): ProbeAnswer {
  const isElsewhere = faultsElsewhere.has(networkFaultCode(error) ?? '')
  return { kind: isElsewhere ? 'unknown' : 'no-answer', detail: describeNetworkFault(error) }
}
