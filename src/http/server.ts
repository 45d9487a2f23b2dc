/** The HTTP server: the webhook, the API, health and metrics. */
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express } from 'express'
import { createBodyBudget } from './body-budget.ts'
import { watchConnections } from './connections.ts'
import { dispatch, guardBrowsers, paths } from './dispatch.ts'
import { answerErrors, refuseUnknownPath } from './error-handler.ts'
import { lingerAfterAnswer } from './linger.ts'
import { logRequests, measureRequests } from './observe-requests.ts'
import type { HttpDeps, Timeouts } from './ports.ts'
import type { ServerDeps } from './routes.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { watchStorage } from './storage-watch.ts'
import { defaultTimeouts } from './timeouts.ts'
import { createWebhookLane } from './webhook-lane.ts'

/** A server that has not been started, or runs, or is closed. */
export type HttpServer = {
  /** Handles one request. */
  readonly app: RequestListener
  /**
   * Starts to listen and resolves with what was bound; port 0 takes a free one. Rejects with a text for a person when
   * the port is in use, not allowed, or the address is not this machine's.
   */
  readonly listen: (at: { readonly host: string; readonly port: number }) => Promise<BoundAddress>
  /**
   * Stops accepting connections and resolves when every request in flight is answered; what is not answered after
   * `deadlineMs` is cut. A second call waits for the same end.
   */
  readonly close: (deadlineMs: number) => Promise<void>
}

/** Where a server listens. */
export type BoundAddress = { readonly address: string; readonly port: number }

type Surroundings = { readonly timeouts: Timeouts; readonly nextId: () => number }

const createApp = (deps: ServerDeps, { timeouts, nextId }: Surroundings): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.enable('case sensitive routing')
  // Answers hold text from alerts: nothing in them may ever be taken for HTML.
  app.enable('json escape')
  app.set('query parser', 'simple')
  app.use(logRequests(deps, nextId), measureRequests(deps), setSecurityHeaders, lingerAfterAnswer(timeouts.lingerMs))
  app.use((_request, response, next) => {
    if (deps.isDraining()) response.set('Connection', 'close')
    next()
  })
  app.use(guardBrowsers(deps))
  for (const path of paths) app.all(path, dispatch(path, deps))
  app.use(refuseUnknownPath)
  app.use(answerErrors())
  return app
}

/** So many of the largest bodies may be in memory at once; whoever sends more is told to try again. */
const bodiesAtOnce = 4

/** The webhook's lane, and Express for everything that does not take it. */
const createListener = (given: HttpDeps, timeouts: Timeouts): RequestListener => {
  const budget = createBodyBudget(bodiesAtOnce * given.maxBodyBytes)
  const deps: ServerDeps = { ...given, budget, storage: watchStorage(given.log) }
  let requests = 0
  const nextId = (): number => {
    requests += 1
    return requests
  }
  const app = createApp(deps, { timeouts, nextId })
  const takesLane = createWebhookLane({ ...deps, lingerMs: timeouts.lingerMs, nextId })
  return (request, response) => {
    if (!takesLane(request, response)) app(request, response)
  }
}

const whyNot: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use by another program',
  EACCES: 'not allowed to use this port',
  EADDRNOTAVAIL: 'this machine does not have the address',
  ENOTFOUND: 'the host name is unknown',
}

const listenOn = (server: Server, { host, port }: { host: string; port: number }): Promise<BoundAddress> =>
  new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      const why = whyNot[cause.code ?? ''] ?? cause.message
      reject(new Error(`cannot listen on ${host === '' ? '*' : host}:${port}: ${why}`, { cause }))
    }
    server.once('error', fail)
    server.listen({ ...(host !== '' && { host }), port }, () => {
      server.off('error', fail)
      const bound: AddressInfo | string | null = server.address()
      if (bound === null || typeof bound === 'string') reject(new Error('the server has no address'))
      else resolve({ address: bound.address, port: bound.port })
    })
  })

/** Creates the server; nothing is bound before `listen`. */
export function createHttp(deps: HttpDeps): HttpServer {
  const timeouts = { ...defaultTimeouts, ...deps.timeouts }
  const app = createListener(deps, timeouts)
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkMs,
    },
    app,
  )
  const connections = watchConnections(server)
  let closing: Promise<void> | null = null
  const close = (deadlineMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cut = setTimeout(connections.destroyAll, deadlineMs)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      connections.closeWhenIdle()
    })
  return {
    app,
    listen: (at) => listenOn(server, at),
    close: (deadlineMs) => {
      closing ??= close(deadlineMs)
      return closing
    },
  }
}
