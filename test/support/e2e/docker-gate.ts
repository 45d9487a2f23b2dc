import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { engineSocket } from '../real/engine.ts'
import { ownFolder } from '../real/own-folder.ts'

/** One request that is held. */
export interface Held {
  /** Resolves when such a request has come and is held. */
  readonly arrived: Promise<void>
  /** Lets it, and all that follow, go their way. */
  readonly release: () => void
}

/** A socket in front of the engine's, on which a test can hold or refuse what selfheal asks for. */
export interface DockerGate extends AsyncDisposable {
  /** As in DOCKER_HOST. */
  readonly host: string
  /** Begins to listen; until then the socket does not exist. */
  readonly open: () => Promise<void>
  /** Accepts every request from now on and never answers, until `recover`; answers that have begun go on. */
  readonly hang: () => void
  /** Passes requests on again; those that hung stay unanswered. */
  readonly recover: () => void
  /**
   * Holds requests whose `METHOD /path` matches: `before` the engine sees them, or `after` it has carried them out, so
   * that only the answer is missing.
   */
  readonly hold: (matching: RegExp, where: 'before' | 'after') => Held
}

interface Hold extends Held {
  readonly matching: RegExp
  readonly where: 'before' | 'after'
  readonly arrive: () => void
  readonly released: Promise<void>
}

/** Makes a gate. It ends with the test: `await using`. */
export async function createDockerGate(): Promise<DockerGate> {
  const path = join(await ownFolder('gate'), 'docker.sock')
  const holds: Hold[] = []
  let isHanging = false

  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (isHanging) return
    const hold = holds.find(({ matching }) => matching.test(`${incoming.method} ${incoming.url}`))
    if (hold?.where === 'before') await wait(hold)
    await forward(incoming, outgoing, async () => {
      if (hold?.where === 'after') await wait(hold)
    })
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy())
  })
  return {
    host: `unix://${path}`,
    open: async () => {
      server.listen(path)
      await once(server, 'listening')
    },
    hang: () => {
      isHanging = true
    },
    recover: () => {
      isHanging = false
    },
    hold: (matching, where) => {
      const arrival = Promise.withResolvers<void>()
      const leave = Promise.withResolvers<void>()
      const hold = { matching, where, arrive: arrival.resolve, arrived: arrival.promise, released: leave.promise }
      const held: Hold = { ...hold, release: leave.resolve }
      holds.push(held)
      return held
    },
    [Symbol.asyncDispose]: async () => {
      for (const { release } of holds) release()
      server.closeAllConnections()
      if (!server.listening) return
      server.close()
      await once(server, 'close')
    },
  }
}

async function wait(hold: Hold): Promise<void> {
  hold.arrive()
  await hold.released
}

async function forward(incoming: IncomingMessage, outgoing: ServerResponse, ready: () => Promise<void>): Promise<void> {
  const { method, url, headers } = incoming
  const upstream = request({ socketPath: engineSocket(), method, path: url, headers })
  outgoing.once('close', () => upstream.destroy())
  incoming.pipe(upstream)
  const [answer]: IncomingMessage[] = await once(upstream, 'response')
  if (answer === undefined) return
  await ready()
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
  outgoing.flushHeaders()
  answer.pipe(outgoing)
}
