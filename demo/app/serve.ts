import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Counters } from './counters.ts'

/** What a path answers. */
export type Answer = { readonly status: number; readonly body: unknown }

/** Answers one request; an exception becomes a 500. */
export type Handler = (request: IncomingMessage) => Answer | Promise<Answer>

/** Handlers by `METHOD /path`. */
export type Routes = Readonly<Record<string, Handler>>

/** Where a server listens; without a host on every address of the container. */
export type Listen = { readonly port: number; readonly host?: string }

/** Serves the routes as JSON, with /healthz and, given counters, /metrics; each answered request but those is counted. */
export function serve(listen: Listen, routes: Routes, counters?: Counters): void {
  const metrics = counters === undefined ? {} : { 'GET /metrics': () => ({ status: 200, body: counters.expose() }) }
  const all: Routes = { 'GET /healthz': () => ({ status: 200, body: 'ok\n' }), ...metrics, ...routes }
  const server = createServer(async (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '/'
    const key = `${request.method} ${path}`
    const handler = Object.hasOwn(all, key) ? all[key] : undefined
    const answer = handler === undefined ? { status: 404, body: 'not found\n' } : await answerOf(handler, request)
    if (Object.hasOwn(routes, key)) counters?.count('http_requests_total', { path, code: String(answer.status) })
    send(response, answer)
  })
  // As process 1 of a container, Node would ignore the signal.
  process.once('SIGTERM', () => process.exit(0))
  server.listen({ host: '0.0.0.0', ...listen }, () => console.log(`listening on ${listen.host ?? ''}:${listen.port}`))
}

async function answerOf(handler: Handler, request: IncomingMessage): Promise<Answer> {
  try {
    return await handler(request)
  } catch (error) {
    return { status: 500, body: { error: error instanceof Error ? error.message : String(error) } }
  }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/plain; version=0.0.4' : 'application/json' })
  response.end(isText ? body : `${JSON.stringify(body)}\n`)
}
