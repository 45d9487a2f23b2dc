/** The Docker Engine API, as far as selfheal uses it: dockerode behind one wrapper, answers decoded. */
import type { Readable } from 'node:stream'
import Dockerode from 'dockerode'
import { createCall } from './call.ts'
import { DockerError } from './docker-error.ts'
import { describeEngineAddress, type EngineAddress } from './engine-address.ts'
import { createEngineAgent } from './engine-agent.ts'
import { decodeInspection, type Inspection } from './inspection.ts'
import { decodeListing, type ListedContainer } from './listing.ts'
import { createRecreateCalls, type RecreateCalls } from './recreate-calls.ts'
import { ShapeError } from './shape.ts'
import { stopMs } from './stop-time.ts'

/** A container to act on. */
export type Subject = Pick<Inspection, 'id' | 'name'>

/** Calls of the engine. Each throws `DockerError` only. */
export type EngineClient = RecreateCalls & {
  readonly ping: (signal: AbortSignal) => Promise<void>
  /** Every container, running or not. */
  readonly list: (signal: AbortSignal) => Promise<readonly ListedContainer[]>
  readonly inspect: (subject: Subject, signal: AbortSignal) => Promise<Inspection>
  /** `already-running`: Docker had nothing to do. */
  readonly start: (subject: Subject, signal: AbortSignal) => Promise<'started' | 'already-running'>
  /** The call may take its usual timeout on top of the stop timeout. */
  readonly restart: (subject: Subject, stopTimeoutSeconds: number, signal: AbortSignal) => Promise<void>
  /** Container events from `since` (`seconds.nanoseconds`) on, without end. */
  readonly events: (since: string, signal: AbortSignal) => Promise<Readable>
  /** Closes every connection. */
  readonly close: () => void
}

/** What Docker's container events are narrowed to; health checks alone would be three `exec_*` events each. */
const WATCHED = { type: ['container'], event: ['kill', 'die', 'stop', 'start', 'destroy'] }

/** Makes a client; nothing is connected before the first call. The environment's `DOCKER_*` variables do not count. */
export function createEngineClient(address: EngineAddress, timeoutMs: number): EngineClient {
  const call = createCall(describeEngineAddress(address), timeoutMs)
  const agent = createEngineAgent()
  const docker = new Dockerode(connectionOptions(address, agent))
  const container = ({ id }: Subject) => docker.getContainer(id)
  return {
    ...createRecreateCalls(docker, call, timeoutMs),
    ping: (signal) =>
      call({ what: 'ping', signal }, async (abortSignal) => {
        const answer: unknown = await Reflect.apply(docker.ping, docker, [{ abortSignal }])
        if (String(answer).trim() !== 'OK') throw new ShapeError('the ping', 'OK')
      }),
    list: (signal) =>
      call({ what: 'list containers', signal }, async (abortSignal) =>
        decodeListing(await docker.listContainers({ all: true, abortSignal })),
      ),
    inspect: (subject, signal) =>
      call({ what: `inspect ${subject.name}`, signal }, async (abortSignal) =>
        decodeInspection(await container(subject).inspect({ abortSignal })),
      ),
    start: async (subject, signal) => {
      try {
        await call({ what: `start ${subject.name}`, signal }, (abortSignal) =>
          container(subject).start({ abortSignal }),
        )
        return 'started'
      } catch (error) {
        if (error instanceof DockerError && error.status === 304) return 'already-running'
        throw error
      }
    },
    restart: async (subject, stopTimeoutSeconds, signal) => {
      const options = { what: `restart ${subject.name}`, signal, timeoutMs: timeoutMs + stopMs(stopTimeoutSeconds) }
      await call(options, (abortSignal) =>
        // dockerode would send the query as the body, too.
        container(subject).restart({ _query: { t: stopTimeoutSeconds }, _body: {}, abortSignal }),
      )
    },
    events: (since, signal) =>
      call({ what: 'watch events', signal }, async (abortSignal) => {
        const options = { _query: { since, filters: WATCHED }, abortSignal }
        return asStream(await docker.getEvents(options))
      }),
    close: () => agent.destroy(),
  }
}

/** Every option is given, as dockerode fills those that are missing from the environment. */
function connectionOptions(address: EngineAddress, agent: ReturnType<typeof createEngineAgent>) {
  const plain = {
    agent,
    protocol: 'http' as const,
    pathPrefix: '/',
    headers: {},
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
    version: undefined,
  }
  return address.kind === 'unix'
    ? { ...plain, host: undefined, port: undefined, socketPath: address.path }
    : { ...plain, host: `http://${address.hostname}`, port: address.port, socketPath: undefined }
}

/** dockerode types the stream by what it can be read as; it is Node's incoming message. */
function asStream(stream: NodeJS.ReadableStream): Readable {
  if (!isReadable(stream)) throw new ShapeError('the events', 'a stream')
  return stream
}

function isReadable(stream: NodeJS.ReadableStream): stream is Readable {
  return 'destroy' in stream && Symbol.asyncIterator in stream
}
