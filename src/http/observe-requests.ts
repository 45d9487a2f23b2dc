/** One log line and one measurement for each request. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'
import type { HttpDeps } from './ports.ts'
import { unrouted } from './routes.ts'

/** What handlers leave on `response.locals` for its log line and measurement. */
type Seen = { readonly route: string; readonly notification: number | null }

const seen = (response: ServerResponse): Seen => {
  const locals: unknown = Reflect.get(response, 'locals')
  const { route, notification } = Object(locals)
  return {
    route: typeof route === 'string' ? route : unrouted,
    notification: typeof notification === 'number' ? notification : null,
  }
}

/** Asked again and again by machines: worth a line only to those who look for it. */
const isRoutine = (route: string): boolean => /^GET \/(-\/|metrics$)/.test(route)

/** Whether the answer is a fault, and not only a "not now" that was to be expected. */
const hasFault = (response: ServerResponse): boolean => Reflect.get(response, 'err') instanceof Error

/** Told once when it began, see `watchStorage`: every further refusal would say the same again. */
const isRepetition = (response: ServerResponse): boolean =>
  Object(Reflect.get(response, 'locals')).isRepetition === true

const levelOf = (response: ServerResponse) => {
  if (!response.writableFinished) return 'warn'
  if (hasFault(response)) return 'error'
  if (isRoutine(seen(response).route) || isRepetition(response)) return 'debug'
  return response.statusCode >= 400 ? 'warn' : 'info'
}

const phraseOf = (response: ServerResponse): string => {
  if (!response.writableFinished) return 'client went away'
  return hasFault(response) ? 'request failed' : 'request answered'
}

const fields = (request: IncomingMessage, response: ServerResponse, durationMs: unknown) => {
  const { route, notification } = seen(response)
  return {
    method: request.method,
    route,
    status: response.writableFinished ? response.statusCode : null,
    durationMs,
    ...(notification !== null && { notification }),
  }
}

/**
 * Middleware: logs method, route, status, duration and, where there is one, the notification's id, which is the
 * correlation id of everything that follows from it. Never headers, bodies, paths or query strings, which may hold
 * secrets. `status` is `null` when the client went away before the answer.
 */
export function logRequests({ log }: Pick<HttpDeps, 'log'>, nextId: () => number) {
  return pinoHttp({
    logger: log,
    genReqId: nextId,
    // The log's own serializers stay in force; requests and answers as a whole are never written.
    wrapSerializers: false,
    serializers: { req: () => undefined, res: () => undefined },
    quietReqLogger: true,
    quietResLogger: true,
    customAttributeKeys: { reqId: 'request', responseTime: 'durationMs' },
    customLogLevel: (_request, response) => levelOf(response),
    customSuccessMessage: (_request, response) => phraseOf(response),
    customErrorMessage: (_request, response) => (hasFault(response) ? 'request failed' : 'request answered'),
    customSuccessObject: (request, response, value) => fields(request, response, value.durationMs),
    customErrorObject: (request, response, error, value) => ({
      ...fields(request, response, value.durationMs),
      ...(hasFault(response) && { err: error }),
    }),
  })
}

/** Middleware: measures each answered request. */
export function measureRequests({ metrics }: Pick<HttpDeps, 'metrics'>) {
  return (_request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now()
    response.once('close', () => {
      if (!response.writableFinished) return
      metrics.observeRequest(seen(response).route, response.statusCode, (performance.now() - startedAt) / 1000)
    })
    next()
  }
}

/** One request that is observed without Express. */
export type ObservedRequest = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly nextId: () => number
}

/** Writes the line and the measurement that `logRequests` and `measureRequests` would, for a request without Express. */
export function observeRequest(
  { log, plainLog, metrics }: Pick<HttpDeps, 'log' | 'metrics'> & { readonly plainLog: Logger },
  { request, response, nextId }: ObservedRequest,
): void {
  const startedAt = performance.now()
  const id = nextId()
  response.once('close', () => {
    const tookMs = performance.now() - startedAt
    if (response.writableFinished) metrics.observeRequest(seen(response).route, response.statusCode, tookMs / 1000)
    const level = levelOf(response)
    if (!log.isLevelEnabled(level)) return
    const line = { request: id, ...fields(request, response, Math.round(tookMs)) }
    if (hasFault(response)) log[level]({ ...line, err: Reflect.get(response, 'err') }, phraseOf(response))
    else plainLog[level](line, phraseOf(response))
  })
}
