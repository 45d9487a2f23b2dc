/** A fake Docker daemon: the Engine API over a unix socket, with switches for everything that a real one may do wrong. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asObject, isObject, looseTextAt, objectAt } from '../../src/docker/shape.ts'
import { createFromBody } from './fake-docker-create.ts'
import { type FakeContainer, FakeEngine, type FakeEvent, FakeRefusal } from './fake-docker-engine.ts'
import { inspectedJson, listedJson } from './fake-docker-json.ts'

/** The calls that a fault can be set for. */
export type Route =
  | 'ping'
  | 'list'
  | 'inspect'
  | 'start'
  | 'restart'
  | 'stop'
  | 'kill'
  | 'pause'
  | 'unpause'
  | 'remove'
  | 'create'
  | 'rename'
  | 'update'
  | 'connect'
  | 'image'
  | 'events'

/** What goes wrong. `after`: the call is carried out late; `effect-then-hang`: the call is carried out, `stop-then-hang`: the container is stopped, but no answer comes. */
export type Fault =
  | {
      readonly kind:
        | 'hang'
        | 'half-answer'
        | 'reset'
        | 'not-json'
        | 'wrong-json'
        | 'effect-then-hang'
        | 'stop-then-hang'
    }
  | { readonly kind: 'status'; readonly status: number; readonly message: string }
  | { readonly kind: 'redirect'; readonly location: string }
  | { readonly kind: 'after'; readonly event: Promise<unknown> }

/** One call that the daemon got. */
export type SeenCall = {
  readonly route: Route
  readonly reference: string
  readonly query: URLSearchParams
  readonly body: string
}

/** A running fake daemon. */
export type FakeDaemon = AsyncDisposable & {
  readonly engine: FakeEngine
  /** `unix:///path`. */
  readonly host: string
  readonly calls: readonly SeenCall[]
  /** Sets what goes wrong with every call of the route, or with those of one container. */
  readonly setFault: (route: Route, fault: Fault | null, reference?: string) => void
  /** Asked for every call, before the faults that are set: what goes wrong with it, if anything. */
  intercept: (call: SeenCall) => Fault | null
  /** Resolves at the next call of the route. */
  readonly nextCall: (route: Route) => Promise<SeenCall>
  /** Connections that are open now. */
  readonly openConnections: () => Promise<number>
  /** Breaks every open connection, as a restart of the engine does. */
  readonly cutConnections: () => void
}

const ROUTES: readonly { readonly method: string; readonly path: RegExp; readonly route: Route }[] = [
  { method: 'GET', path: /^\/_ping$/, route: 'ping' },
  { method: 'GET', path: /^\/containers\/json$/, route: 'list' },
  { method: 'GET', path: /^\/events$/, route: 'events' },
  { method: 'GET', path: /^\/containers\/([^/]+)\/json$/, route: 'inspect' },
  { method: 'POST', path: /^\/containers\/create$/, route: 'create' },
  { method: 'POST', path: /^\/networks\/([^/]+)\/connect$/, route: 'connect' },
  { method: 'GET', path: /^\/images\/([^/]+)\/json$/, route: 'image' },
  ...(['start', 'restart', 'stop', 'kill', 'pause', 'unpause', 'rename', 'update'] as const).map((route) => ({
    ...{ method: 'POST', path: new RegExp(`^/containers/([^/]+)/${route}$`), route },
  })),
  { method: 'DELETE', path: /^\/containers\/([^/]+)$/, route: 'remove' },
]

/** Starts a fake daemon on a socket of its own. */
export async function startFakeDaemon(): Promise<FakeDaemon> {
  const engine = new FakeEngine()
  const folder = await mkdtemp(join(tmpdir(), 'fake-docker-'))
  const faults = new Map<string, Fault>()
  const calls: SeenCall[] = []
  const waiting = new Map<Route, (call: SeenCall) => void>()

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const call = await readCall(request)
    if (call === null) return sendJson(response, 404, { message: 'page not found' })
    calls.push(call)
    waiting.get(call.route)?.(call)
    waiting.delete(call.route)
    const fault =
      daemon.intercept(call) ?? faults.get(`${call.route} ${call.reference}`) ?? faults.get(`${call.route} `)
    if (fault === undefined) return carryOut(engine, call, response)
    if (fault.kind === 'effect-then-hang') await carryOut(engine, call, null)
    else if (fault.kind === 'after') {
      await fault.event
      await carryOut(engine, call, response)
    } else if (fault.kind === 'stop-then-hang') await engine.stop(engine.find(call.reference))
    else goWrong(fault, response)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!(error instanceof FakeRefusal)) return sendJson(response, 500, { message: String(error) })
      if (error.status === 304) return response.writeHead(304).end()
      sendJson(response, error.status, { message: error.message })
    })
  })
  const socket = join(folder, 'docker.sock')
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  const daemon: FakeDaemon = {
    intercept: () => null,
    engine,
    host: `unix://${socket}`,
    calls,
    setFault: (route, fault, reference = '') => {
      if (fault === null) faults.delete(`${route} ${reference}`)
      else faults.set(`${route} ${reference}`, fault)
    },
    nextCall: (route) => new Promise((resolve) => waiting.set(route, resolve)),
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    cutConnections: () => server.closeAllConnections(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
  return daemon
}

async function readCall(request: IncomingMessage): Promise<SeenCall | null> {
  const url = new URL(request.url ?? '/', 'http://docker')
  let body = ''
  for await (const chunk of request) body += chunk
  for (const { method, path, route } of ROUTES) {
    const match = path.exec(url.pathname)
    if (match !== null && request.method === method)
      return { route, reference: decodeURIComponent(match[1] ?? ''), query: url.searchParams, body }
  }
  return null
}

async function carryOut(engine: FakeEngine, call: SeenCall, response: ServerResponse | null): Promise<void> {
  const { route, reference, query } = call
  const seconds = query.has('t') ? Number(query.get('t')) : undefined
  const containers = [...engine.containers.values()]
  if (route === 'ping') response?.end('OK')
  else if (route === 'list') sendJson(response, 200, containers.map(listedJson))
  else if (route === 'events') streamEvents(engine, query, response)
  else if (route === 'create') {
    const { id } = createFromBody(engine, query.get('name') ?? '', asObject(JSON.parse(call.body), 'the body'))
    sendJson(response, 201, { Id: id, Warnings: [] })
  } else if (route === 'image') sendJson(response, 200, { Id: findImage(engine, reference) })
  else if (route === 'connect') {
    const { Container, EndpointConfig } = asObject(JSON.parse(call.body), 'the body')
    const container = engine.find(String(Container))
    container.networks = { ...container.networks, [reference]: isObject(EndpointConfig) ? EndpointConfig : {} }
    response?.writeHead(200).end()
  } else {
    const container = engine.find(reference)
    if (route === 'inspect') return sendJson(response, 200, inspectedJson(container))
    if (route === 'start') engine.start(container)
    else if (route === 'restart') await engine.restart(container, seconds)
    else if (route === 'stop') await engine.stop(container, seconds)
    else if (route === 'kill') engine.kill(container, query.get('signal') ?? 'KILL')
    else if (route === 'remove') remove(engine, container, query)
    else if (route === 'rename') engine.rename(container, query.get('name') ?? '')
    else if (route === 'update') {
      const policy = objectAt(asObject(JSON.parse(call.body), 'the body'), 'RestartPolicy')
      container.restartPolicy = looseTextAt(policy, 'Name')
      return sendJson(response, 200, { Warnings: null })
    } else engine.setPaused(container, route === 'pause')
    response?.writeHead(204).end()
  }
}

function findImage(engine: FakeEngine, reference: string): string {
  const id = engine.images.get(reference) ?? [...engine.images.values()].find((one) => one === reference)
  if (id === undefined) throw new FakeRefusal(404, `No such image: ${reference}`)
  return id
}

function remove(engine: FakeEngine, container: FakeContainer, query: URLSearchParams): void {
  const isForced = ['1', 'true'].includes(query.get('force') ?? '')
  if (container.status === 'running' && !isForced)
    throw new FakeRefusal(409, `You cannot remove a running container ${container.id}`)
  engine.remove(container)
}

function streamEvents(engine: FakeEngine, query: URLSearchParams, response: ServerResponse | null): void {
  const filters: { readonly event?: readonly string[] } = JSON.parse(query.get('filters') ?? '{}')
  const [seconds = '0', fraction = ''] = (query.get('since') ?? '').split('.')
  const since = query.has('since') ? BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0')) : null
  const send = (event: FakeEvent) => {
    if (filters.event?.includes(event.action) !== false) response?.write(`${event.line}\n`)
  }
  response?.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
  for (const event of engine.memory) if (since !== null && event.at >= since) send(event)
  engine.events.on('event', send)
  response?.on('close', () => engine.events.off('event', send))
}

function goWrong(fault: Fault, response: ServerResponse): void {
  if (fault.kind === 'hang') return
  if (fault.kind === 'reset') response.socket?.destroy()
  else if (fault.kind === 'not-json') response.end('<html>It works!</html>')
  else if (fault.kind === 'wrong-json') response.end('{"surprise":[1,2,3]}')
  else if (fault.kind === 'redirect') response.writeHead(301, { location: fault.location }).end()
  else if (fault.kind === 'status') sendJson(response, fault.status, { message: fault.message })
  else {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('[{"Id":"', () => response.socket?.destroy())
  }
}

function sendJson(response: ServerResponse | null, status: number, body: unknown): void {
  response?.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
