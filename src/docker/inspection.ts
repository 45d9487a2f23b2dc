/** What `docker inspect` says of a container, as far as healing needs it, read without trust. */
import type { ReplicaHealth, ReplicaState, RestartPolicy } from '../authoring/index.ts'
import { asContainerId } from './listing.ts'
import {
  arrayAt,
  asObject,
  isObject,
  type JsonObject,
  looseTextAt,
  numberAt,
  objectAt,
  textAt,
  textsOf,
} from './shape.ts'

/** The container's place in one network. */
export type Attachment = {
  readonly network: string
  /** Empty while the container does not run. */
  readonly address: string
  /** Address that was asked for when the container was created; empty where none was. */
  readonly fixedAddress: string
  readonly gateway: string
  readonly aliases: readonly string[]
}

/** A port of the host behind which the container is reached. */
export type PublishedPort = { readonly hostIp: string; readonly port: number }

/** One inspected container. Instants are RFC 3339 as Docker writes them, `null` for Docker's zero time. */
export type Inspection = {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly state: ReplicaState
  readonly health: ReplicaHealth
  /** When the newest health check that has ended was begun. */
  readonly healthCheckedAt: string | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly exitCode: number
  readonly oomKilled: boolean
  /** Why Docker itself could not start it; empty where it could. */
  readonly startError: string
  readonly restartCount: number
  readonly restartPolicy: RestartPolicy
  readonly autoRemove: boolean
  readonly image: string
  readonly imageId: string
  readonly labels: Readonly<Record<string, string>>
  readonly hostname: string
  readonly networkMode: string
  /** For example `container:ID`; empty by default. */
  readonly pidMode: string
  /** For example `private` or `container:ID`. */
  readonly ipcMode: string
  /** Names of the containers that Docker's old links lead to, those of the default network. */
  readonly links: readonly string[]
  readonly attachments: readonly Attachment[]
  readonly published: readonly PublishedPort[]
  /** Ports that the image or the configuration names, on the container's side. */
  readonly exposed: readonly number[]
  /** Seconds; negative: without end. */
  readonly stopTimeoutSeconds: number
  /** As configured, for example `SIGQUIT` or `3`. */
  readonly stopSignal: string
}

const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'] as const
const HEALTHS = ['none', 'starting', 'healthy', 'unhealthy'] as const
const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'] as const
const DEFAULT_STOP_TIMEOUT_SECONDS = 10

/** Reads the answer of `GET /containers/ID/json`. Throws a `ShapeError`. */
export function decodeInspection(answer: unknown): Inspection {
  const root = asObject(answer, 'the inspected container')
  const state = asObject(root.State, 'State')
  const config = asObject(root.Config, 'Config')
  const host = asObject(root.HostConfig, 'HostConfig')
  const network = objectAt(root, 'NetworkSettings')
  return {
    id: asContainerId(textAt(root, 'Id')),
    name: textAt(root, 'Name').replace(/^\//, ''),
    createdAt: textAt(root, 'Created'),
    state: oneOf(STATES, looseTextAt(state, 'Status')) ?? (state.Running === true ? 'running' : 'exited'),
    health: oneOf(HEALTHS, looseTextAt(objectAt(state, 'Health'), 'Status')) ?? 'none',
    healthCheckedAt: instant(looseTextAt(newest(arrayAt(objectAt(state, 'Health'), 'Log')), 'Start')),
    startedAt: instant(looseTextAt(state, 'StartedAt')),
    finishedAt: instant(looseTextAt(state, 'FinishedAt')),
    exitCode: numberAt(state, 'ExitCode') ?? 0,
    oomKilled: state.OOMKilled === true,
    startError: looseTextAt(state, 'Error'),
    restartCount: numberAt(root, 'RestartCount') ?? 0,
    restartPolicy: oneOf(POLICIES, looseTextAt(objectAt(host, 'RestartPolicy'), 'Name')) ?? 'no',
    autoRemove: host.AutoRemove === true,
    image: looseTextAt(config, 'Image'),
    imageId: looseTextAt(root, 'Image'),
    labels: textsOf(objectAt(config, 'Labels')),
    hostname: looseTextAt(config, 'Hostname'),
    networkMode: looseTextAt(host, 'NetworkMode'),
    pidMode: looseTextAt(host, 'PidMode'),
    ipcMode: looseTextAt(host, 'IpcMode'),
    links: arrayAt(host, 'Links').map((link) => String(link).split(':')[0]?.replace(/^\//, '') ?? ''),
    attachments: Object.entries(objectAt(network, 'Networks')).map(decodeAttachment),
    published: [objectAt(network, 'Ports'), objectAt(host, 'PortBindings')].flatMap(decodeBindings),
    exposed: Object.keys(objectAt(config, 'ExposedPorts')).map(Number.parseFloat).filter(Number.isInteger),
    stopTimeoutSeconds: numberAt(config, 'StopTimeout') ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    stopSignal: looseTextAt(config, 'StopSignal'),
  }
}

function decodeAttachment([network, value]: readonly [string, unknown]): Attachment {
  const endpoint: JsonObject = isObject(value) ? value : {}
  const ip = looseTextAt(endpoint, 'IPAddress')
  return {
    network,
    address: ip === '' ? looseTextAt(endpoint, 'GlobalIPv6Address') : ip,
    fixedAddress: looseTextAt(objectAt(endpoint, 'IPAMConfig'), 'IPv4Address'),
    gateway: looseTextAt(endpoint, 'Gateway'),
    aliases: [...arrayAt(endpoint, 'Aliases'), ...arrayAt(endpoint, 'DNSNames')].filter(
      (name) => typeof name === 'string',
    ),
  }
}

/** Docker tells the ports in use while the container runs; a stopped one has only the ports that it asked for. */
function decodeBindings(ports: JsonObject): readonly PublishedPort[] {
  return Object.keys(ports)
    .flatMap((port) => arrayAt(ports, port))
    .filter(isObject)
    .map((binding) => ({ hostIp: looseTextAt(binding, 'HostIp'), port: Number(looseTextAt(binding, 'HostPort')) }))
    .filter(({ port }) => port > 0)
}

/** Docker keeps the last few health checks, the newest at the end. */
function newest(log: readonly unknown[]): JsonObject {
  const last = log.at(-1)
  return isObject(last) ? last : {}
}

function instant(text: string): string | null {
  return text === '' || text.startsWith('0001-01-01T00:00:00') ? null : text
}

function oneOf<const T extends string>(known: readonly T[], text: string): T | undefined {
  return known.find((one) => one === text)
}
