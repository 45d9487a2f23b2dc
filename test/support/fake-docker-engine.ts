/** The containers of a fake Docker engine, in memory: states, exits and events as the real engine has them. */
import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { JsonObject } from '../../src/docker/shape.ts'
import { portsOf, staticAddressesOf, volumesOf } from './fake-docker-claims.ts'
import { beginHealth, type FakeHealth } from './fake-docker-health.ts'

/** How a fake process answers a signal: it exits with this code, or goes on. */
export type SignalAnswer = number | 'ignore'

/** What a fake container is created from. */
export type FakeSpec = {
  readonly name: string
  readonly labels?: Readonly<Record<string, string>>
  readonly image?: string
  readonly restartPolicy?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
  readonly autoRemove?: boolean
  readonly networkMode?: string
  readonly hostname?: string
  readonly aliases?: readonly string[]
  readonly portBindings?: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>
  readonly exposed?: readonly number[]
  readonly stopTimeoutSeconds?: number
  readonly stopSignal?: string
  /** By name without `SIG`; what is not named ends the process with 128 + its number. */
  readonly traps?: Readonly<Record<string, SignalAnswer>>
  /** Whatever else `Config` and `HostConfig` say. */
  readonly config?: JsonObject
  readonly hostConfig?: JsonObject
  /** What was asked for in each network, by name; default is nothing, in the network of the mode. */
  readonly networks?: Readonly<Record<string, JsonObject>>
  /** Volumes in use that nothing names, by their place. */
  readonly anonymousVolumes?: readonly string[]
  /** Docker cannot start it any more, after it was started once: the message that it gives. */
  readonly failsToStart?: () => string | null
  /** The process ends by itself with this code as soon as it was started. */
  readonly endsAtOnce?: () => number | null
}

/** One fake container. Instants are epoch nanoseconds; 0 is Docker's zero time. */
export type FakeContainer = {
  readonly id: string
  readonly spec: FakeSpec
  readonly number: number
  readonly createdAt: bigint
  readonly imageId: string
  readonly mounts: readonly JsonObject[]
  name: string
  restartPolicy: string
  networks: Readonly<Record<string, JsonObject>>
  health: FakeHealth | null
  status: 'created' | 'running' | 'paused' | 'exited'
  startedAt: bigint
  finishedAt: bigint
  exitCode: number
  oomKilled: boolean
  startError: string
}

/** One line of the event stream. */
export type FakeEvent = { readonly at: bigint; readonly action: string; readonly line: string }

/** Docker said no. */
export class FakeRefusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Numbers of the signals that tests use. */
export const signalNumbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  KILL: 9,
  USR1: 10,
  TERM: 15,
  WINCH: 28,
}

/** The image that a fake container has where nothing else is said. */
export const fakeImage = { reference: 'fake:1', id: `sha256:${'ab'.repeat(32)}` }

/** A second of a stop timeout lasts this long in the fake. */
const FAKE_SECOND_MS = 20

/** A fake engine; `events` emits `event` with each `FakeEvent`. */
export class FakeEngine {
  readonly containers = new Map<string, FakeContainer>()
  readonly events = new EventEmitter()
  /** Image ids by reference. */
  readonly images = new Map([[fakeImage.reference, fakeImage.id]])
  /** What differs in a container that the adapter creates. */
  adapt: (spec: FakeSpec) => FakeSpec = (spec) => spec
  memory: FakeEvent[] = []
  #created = 0
  #last = 0n

  /** The container with this id, a prefix of it, or this name. */
  find(reference: string): FakeContainer {
    for (const container of this.containers.values())
      if (container.id.startsWith(reference) || container.name === reference) return container
    throw new FakeRefusal(404, `No such container: ${reference}`)
  }

  create(spec: FakeSpec): FakeContainer {
    this.#created += 1
    this.#claimName(spec.name)
    const image = spec.image ?? fakeImage.reference
    const { networkMode: mode = 'default' } = spec
    const container: FakeContainer = {
      ...{ id: randomBytes(32).toString('hex'), spec, number: this.#created, createdAt: this.#now() },
      imageId: this.images.get(image) ?? (image.startsWith('sha256:') ? image : fakeImage.id),
      mounts: volumesOf(spec),
      name: spec.name,
      health: null,
      restartPolicy: spec.restartPolicy ?? 'no',
      networks: spec.networks ?? (mode.startsWith('container:') ? {} : { [mode === 'default' ? 'bridge' : mode]: {} }),
      ...{ status: 'created', startedAt: 0n, finishedAt: 0n, exitCode: 0, oomKilled: false, startError: '' },
    }
    this.containers.set(container.id, container)
    this.#emit(container, 'create')
    return container
  }

  start(container: FakeContainer): void {
    if (container.status === 'running') throw new FakeRefusal(304, '')
    if (container.status === 'paused')
      throw new FakeRefusal(409, 'cannot start a paused container, try unpause instead')
    const failure = container.spec.failsToStart?.() ?? this.#conflictOf(container)
    if (failure !== null) {
      Object.assign(container, { exitCode: 127, startError: failure })
      throw new FakeRefusal(500, failure)
    }
    Object.assign(container, {
      status: 'running',
      startedAt: this.#now(),
      exitCode: 0,
      oomKilled: false,
      startError: '',
    })
    const { startedAt } = container
    const isRunning = () => container.status === 'running' && container.startedAt === startedAt
    container.health = beginHealth(container.spec.config, container.health, { secondMs: FAKE_SECOND_MS, isRunning })
    this.#emit(container, 'start')
    const code = container.spec.endsAtOnce?.() ?? null
    if (code !== null) this.end(container, code)
  }

  /** The process ends, by itself or by a signal of the kernel. */
  end(container: FakeContainer, exitCode: number, how: { readonly oom?: boolean } = {}): void {
    if (container.status !== 'running' && container.status !== 'paused') return
    if (how.oom) this.#emit(container, 'oom')
    Object.assign(container, { status: 'exited', finishedAt: this.#now(), exitCode, oomKilled: how.oom === true })
    this.#emit(container, 'die', { exitCode: String(exitCode) })
    if (container.spec.autoRemove) this.remove(container)
  }

  /** A signal reaches the process without the engine. */
  signalFromHost(container: FakeContainer, signal: string): void {
    const answer = container.spec.traps?.[signal] ?? 128 + (signalNumbers[signal] ?? 0)
    if (signal === 'KILL') this.end(container, 137)
    else if (answer !== 'ignore') this.end(container, answer)
  }

  /** `docker kill`. */
  kill(container: FakeContainer, signal: string): void {
    if (container.status !== 'running') throw new FakeRefusal(409, `Container ${container.id} is not running`)
    const name = signal.replace(/^SIG/, '')
    this.#emit(container, 'kill', { signal: String(signalNumbers[name] ?? signal) })
    this.signalFromHost(container, name)
  }

  /** `docker stop`. */
  async stop(container: FakeContainer, seconds = container.spec.stopTimeoutSeconds ?? 10): Promise<void> {
    if (container.status !== 'running') throw new FakeRefusal(304, '')
    this.kill(container, container.spec.stopSignal ?? 'SIGTERM')
    if (this.#runs(container)) {
      await new Promise((resolve) => setTimeout(resolve, seconds * FAKE_SECOND_MS))
      if (this.#runs(container)) this.kill(container, 'KILL')
    }
    this.#emit(container, 'stop')
  }

  async restart(container: FakeContainer, seconds?: number): Promise<void> {
    if (container.status === 'running') await this.stop(container, seconds)
    this.start(container)
    this.#emit(container, 'restart')
  }

  setPaused(container: FakeContainer, isPaused: boolean): void {
    container.status = isPaused ? 'paused' : 'running'
    this.#emit(container, isPaused ? 'pause' : 'unpause')
  }

  rename(container: FakeContainer, name: string): void {
    this.#claimName(name)
    container.name = name
    this.#emit(container, 'rename')
  }

  remove(container: FakeContainer): void {
    if (container.status === 'running') {
      this.#emit(container, 'kill', { signal: '9' })
      this.end(container, 137)
    }
    this.containers.delete(container.id)
    this.#emit(container, 'destroy')
  }

  /** Three of these come with each health check. */
  emitExec(container: FakeContainer): void {
    this.#emit(container, 'exec_create: true')
  }

  #claimName(name: string): void {
    for (const other of this.containers.values())
      if (other.name === name)
        throw new FakeRefusal(409, `Conflict. The container name "/${name}" is already in use by container ${other.id}`)
  }

  /** What another running container has that this one asks for. */
  #conflictOf(container: FakeContainer): string | null {
    const running = [...this.containers.values()].filter((other) => other.status === 'running')
    const port = portsOf(container.spec).find((one) => running.some(({ spec }) => portsOf(spec).includes(one)))
    if (port !== undefined) return `Bind for 0.0.0.0:${port} failed: port is already allocated`
    const taken = running.flatMap(({ networks }) => staticAddressesOf(networks))
    return staticAddressesOf(container.networks).some((one) => taken.includes(one)) ? 'Address already in use' : null
  }

  #runs(container: FakeContainer): boolean {
    return container.status === 'running'
  }

  #now(): bigint {
    const wall = BigInt(Date.now()) * 1_000_000n
    this.#last = wall > this.#last ? wall : this.#last + 1_000n
    return this.#last
  }

  #emit({ id, spec, name }: FakeContainer, action: string, attributes: Readonly<Record<string, string>> = {}): void {
    const at = this.#now()
    const from = spec.image ?? 'fake:1'
    const json = JSON.stringify({
      ...{ status: action, id, from, Type: 'container', Action: action },
      Actor: { ID: id, Attributes: { ...spec.labels, ...attributes, image: from, name } },
      ...{ scope: 'local', time: Number(at / 1_000_000_000n) },
    })
    const event = { at, action, line: `${json.slice(0, -1)},"timeNano":${at}}` }
    this.memory = [...this.memory, event].slice(-256)
    this.events.emit('event', event)
  }
}
