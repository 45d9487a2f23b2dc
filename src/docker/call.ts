/** The one way to the engine: every call has a timeout, can be aborted, and fails with a `DockerError` only. */
import { DockerError, translateDockerError } from './docker-error.ts'
import { opaque } from './opaque.ts'

/** How one call is made. */
export type CallOptions = {
  /** The call in words, for messages. */
  readonly what: string
  readonly signal: AbortSignal
  /** For calls that take longer by their nature; default is the adapter's own timeout. */
  readonly timeoutMs?: number
}

/**
 * Runs `request` with a signal that ends it. Settles at the timeout or abort even when the request itself never does.
 * For a stream the timeout ends with the response's head; the caller's signal ends the stream.
 */
export type Call = <T>(options: CallOptions, request: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** Makes the wrapper for the engine at `address` (in words). */
export function createCall(address: string, defaultTimeoutMs: number): Call {
  return async ({ what, signal, timeoutMs = defaultTimeoutMs }, request) => {
    if (signal.aborted) throw abortedError(what, false, signal.reason)
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), timeoutMs)
    const ended = Promise.withResolvers<never>()
    const onAbort = () => ended.reject(abortedError(what, true, signal.reason))
    const onLimit = () => ended.reject(timeoutError(what, timeoutMs))
    signal.addEventListener('abort', onAbort, { once: true })
    limit.signal.addEventListener('abort', onLimit, { once: true })
    try {
      return await Promise.race([request(opaque(AbortSignal.any([signal, limit.signal]), 'signal')), ended.promise])
    } catch (error) {
      if (signal.aborted) throw abortedError(what, true, error)
      if (limit.signal.aborted) throw timeoutError(what, timeoutMs)
      throw translateDockerError(error, { what, address })
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
    }
  }
}

function abortedError(what: string, mayHaveTakenEffect: boolean, cause: unknown): DockerError {
  const message = `the call to Docker was aborted (${what})`
  return new DockerError('aborted', message, { status: null, mayHaveTakenEffect, cause })
}

function timeoutError(what: string, timeoutMs: number): DockerError {
  const message = `Docker did not answer within ${timeoutMs} ms (${what})`
  return new DockerError('timeout', message, { status: null, mayHaveTakenEffect: true })
}
