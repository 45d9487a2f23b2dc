/** The calls of the Engine API by which one container is replaced by another. */
import type Dockerode from 'dockerode'
import type { Call, CallOptions } from './call.ts'
import { DockerError } from './docker-error.ts'
import { decodeInspection, type Inspection } from './inspection.ts'
import { asContainerId } from './listing.ts'
import { asObject, type JsonObject, objectAt, ShapeError, textAt } from './shape.ts'
import { stopMs } from './stop-time.ts'

/** A container to act on. */
export type Replaceable = Pick<Inspection, 'id' | 'name'>

/** A container with everything that the engine says of it. */
export type Description = { readonly inspection: Inspection; readonly answer: JsonObject }

/** The calls. Each throws `DockerError` only; one that has nothing left to do has succeeded. */
export type RecreateCalls = {
  readonly describe: (subject: Replaceable, signal: AbortSignal) => Promise<Description>
  /** The id of the image that the reference means now; `null` where it means none. */
  readonly imageIdOf: (reference: string, signal: AbortSignal) => Promise<string | null>
  /** Returns the id of the container that was created from the body. */
  readonly create: (name: string, body: JsonObject, signal: AbortSignal) => Promise<string>
  readonly connect: (subject: Replaceable, to: Connection, signal: AbortSignal) => Promise<void>
  /** The call may take its usual timeout on top of the container's stop timeout. */
  readonly stop: (subject: Replaceable & Pick<Inspection, 'stopTimeoutSeconds'>, signal: AbortSignal) => Promise<void>
  readonly rename: (subject: Replaceable, name: string, signal: AbortSignal) => Promise<void>
  readonly setRestartPolicy: (subject: Replaceable, policy: JsonObject, signal: AbortSignal) => Promise<void>
  /** Removes a container that does not run, and none of its volumes. */
  readonly remove: (subject: Replaceable, signal: AbortSignal) => Promise<void>
}

/** A network, with what the container is to be in it. */
export type Connection = { readonly network: string; readonly endpoint: JsonObject }

type Request = {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Without a query. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: JsonObject
  /** The status that says yes: anything else, also another success, is not from a Docker engine that did it. */
  readonly expects: 200 | 201 | 204
}

/** Makes the calls on a connection of `docker`, each of them by `call`. */
export function createRecreateCalls(docker: Dockerode, call: Call, timeoutMs: number): RecreateCalls {
  const ask = (options: CallOptions, request: Request): Promise<unknown> =>
    call(options, (abortSignal) => dial(docker, request, abortSignal))
  const post = (options: CallOptions, path: string, rest: Pick<Request, 'query' | 'body' | 'expects'>) =>
    ask(options, { method: 'POST', path, ...rest })
  return {
    describe: async (subject, signal) => {
      const options = { what: `inspect ${subject.name}`, signal }
      return call(options, async (abortSignal) => {
        const request: Request = { method: 'GET', path: `${containerPath(subject)}/json`, expects: 200 }
        const answer = await dial(docker, request, abortSignal)
        return { inspection: decodeInspection(answer), answer: asObject(answer, 'the inspected container') }
      })
    },
    imageIdOf: async (reference, signal) => {
      const options = { what: `inspect image ${reference}`, signal }
      const path = `/images/${encodeURIComponent(reference)}/json`
      const request: Request = { method: 'GET', path, expects: 200 }
      const id = () =>
        call(options, async (abortSignal) => textAt(asObject(await dial(docker, request, abortSignal), 'image'), 'Id'))
      return unless([404, 400], id)
    },
    create: (name, body, signal) =>
      call({ what: `create ${name}`, signal }, async (abortSignal) => {
        const request: Request = { method: 'POST', path: '/containers/create', query: { name }, body, expects: 201 }
        return asContainerId(textAt(asObject(await dial(docker, request, abortSignal), 'the created container'), 'Id'))
      }),
    connect: async (subject, { network, endpoint }, signal) => {
      const body = { Container: subject.id, EndpointConfig: endpoint }
      const path = `/networks/${encodeURIComponent(network)}/connect`
      const request: Request = { method: 'POST', path, body, expects: 200 }
      await call({ what: `connect ${subject.name} to ${network}`, signal }, async (abortSignal) => {
        const answer = await dial(docker, request, abortSignal)
        if (String(answer) !== '') throw new ShapeError('the connection', 'an empty answer')
      })
    },
    stop: async (subject, signal) => {
      const { stopTimeoutSeconds: t } = subject
      const options = { what: `stop ${subject.name}`, signal, timeoutMs: timeoutMs + stopMs(t) }
      await unless([304], () => post(options, `${containerPath(subject)}/stop`, { query: { t }, expects: 204 }))
    },
    rename: async (subject, name, signal) => {
      const options = { what: `rename ${subject.name} to ${name}`, signal }
      await post(options, `${containerPath(subject)}/rename`, { query: { name }, expects: 204 })
    },
    setRestartPolicy: async (subject, policy, signal) => {
      const options = { what: `set the restart policy of ${subject.name}`, signal }
      const path = `${containerPath(subject)}/update`
      const request: Request = { method: 'POST', path, body: { RestartPolicy: policy }, expects: 200 }
      await call(options, async (abortSignal) => asObject(await dial(docker, request, abortSignal), 'the update'))
    },
    remove: async (subject, signal) => {
      const options = { what: `remove ${subject.name}`, signal }
      const request: Request = {
        method: 'DELETE',
        path: containerPath(subject),
        query: { v: false, force: false },
        expects: 204,
      }
      await unless([404], () => ask(options, request))
    },
  }
}

/** The restart policy as the engine tells of it. */
export function restartPolicyOf({ answer }: Description): JsonObject {
  return objectAt(objectAt(answer, 'HostConfig'), 'RestartPolicy')
}

function containerPath({ id }: Replaceable): string {
  return `/containers/${asContainerId(id)}`
}

async function unless<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DockerError && error.status !== null && statuses.includes(error.status)) return null
    throw error
  }
}

/** dockerode's own methods send a query as the body, too, or take no signal: its connection does neither. */
function dial(docker: Dockerode, request: Request, abortSignal: AbortSignal): Promise<unknown> {
  const { method, path, query, body, expects } = request
  const options = { _query: query ?? {}, _body: body ?? {} }
  const statusCodes = { [expects]: true }
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, answer: unknown) => (error === null ? resolve(answer) : reject(error))
    docker.modem.dial(
      { path: `${path}${query === undefined ? '' : '?'}`, method, options, abortSignal, statusCodes },
      settle,
    )
  })
}
