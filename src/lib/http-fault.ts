/** Faults of HTTP and of the network below it, in words that hold no address and no secret. */
import { STATUS_CODES } from 'node:http'

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection closed',
  ETIMEDOUT: 'connection timed out',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  UND_ERR_SOCKET: 'connection closed',
  UND_ERR_CONNECT_TIMEOUT: 'connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no complete answer in time',
}

/** The code of a network error, looked for in the error and what caused it; `undefined` where there is none. */
export function networkFaultCode(error: unknown): string | undefined {
  for (let fault = error, depth = 0; fault instanceof Error && depth < 5; fault = fault.cause, depth += 1) {
    if ('code' in fault && typeof fault.code === 'string') return fault.code
    if (fault instanceof AggregateError && fault.errors.length > 0) return networkFaultCode(fault.errors[0])
  }
  return undefined
}

/** A network error in words, for example `connection refused (ECONNREFUSED)`. */
export function describeNetworkFault(error: unknown): string {
  const code = networkFaultCode(error)
  if (code === undefined) return 'the request failed'
  const known = words[code]
  return known === undefined ? code : `${known} (${code})`
}

/** A status with its meaning, for example `503 (Service Unavailable)`. */
export function describeHttpStatus(status: number): string {
  const meaning = STATUS_CODES[status]
  return meaning === undefined ? String(status) : `${status} (${meaning})`
}
