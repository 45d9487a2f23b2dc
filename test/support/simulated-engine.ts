/** A container engine in memory: services with replicas, each with a fault that it may hide. */
import type { Action, ReplicaHealth, ReplicaState } from '../../src/authoring/index.ts'
import type { Mode } from '../../src/incident/record.ts'
import { AdapterError } from '../../src/lib/adapter-error.ts'
import type { ActionOutcome, Container, ContainerPort, ExitCause } from '../../src/remediation/ports.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** What is wrong with a replica, and what takes it away. */
export type Fault = {
  readonly curedBy: 'start' | 'restart' | 'recreate' | 'nothing'
  /** How long it runs after a start that did not cure it; 0: it ends at once. */
  readonly crashesAfterMs: number
  /** It runs, and answers nobody. */
  readonly isHanging: boolean
}

/** A replica of the simulated engine; tests change what they need. */
export type SimulatedReplica = {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  state: ReplicaState
  startedAt: number | null
  finishedAt: number | null
  exitCode: number
  exitCause: ExitCause | null
  restartCount: number
  health: ReplicaHealth
  /** When the newest health check that has ended was begun; `null`: none has. Neither changes by itself. */
  healthCheckedAt: number | null
  fault: Fault | null
}

/** A service of the simulated engine. */
export type SimulatedService = {
  readonly project: string
  readonly service: string
  readonly lineage: string
  replicas: SimulatedReplica[]
  isOptedIn: boolean
  isReplica: boolean
  protectedBecause: string | null
  mode: Mode | null
  hostnames: string[]
}

/** How a call is answered. `effect-then-hang`: it takes effect, and no answer ever comes. */
export type Behaviour = 'normal' | 'fail' | 'hang' | 'effect-then-hang' | 'refuse' | 'throw'

/** One call of `perform`, as it came in. */
export type Performed = { readonly action: Action; readonly at: number; readonly monotonic: number }

/** A fault that takes a service down. */
export const curedByStart: Fault = { curedBy: 'start', crashesAfterMs: 0, isHanging: false }
/** A fault that only a restart takes away. */
export const curedByRestart: Fault = { curedBy: 'restart', crashesAfterMs: 0, isHanging: false }
/** A fault that only a new container is free of. */
export const curedByRecreation: Fault = { curedBy: 'recreate', crashesAfterMs: 0, isHanging: false }
/** A fault that nothing takes away. */
export const incurable: Fault = { curedBy: 'nothing', crashesAfterMs: 0, isHanging: false }

/** What each action takes away. */
const cures: Record<Action['kind'], readonly Fault['curedBy'][]> = {
  start: ['start'],
  restart: ['start', 'restart'],
  recreate: ['start', 'restart', 'recreate'],
}

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

/** The simulated engine. */
export class SimulatedEngine implements ContainerPort {
  readonly engine = 'local'
  readonly performed: Performed[] = []
  /** How often containers were looked at. */
  looks = 0
  /** `silent`: it does not answer within the adapter's timeout. */
  state: 'up' | 'down' | 'silent' = 'up'
  /** Asked for each call of `perform`, with its number from 1 on. */
  behaviour: (call: number, action: Action) => Behaviour = () => 'normal'
  /** Told of each call before anything happens. */
  called: (action: Action) => void = () => {}
  /** How long a call takes. */
  callMs = 200

  readonly #clock: VirtualClock
  readonly #services = new Map<string, SimulatedService>()
  #ids = 0

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  /** Adds a service, running since an hour and opted in, with what you name changed. */
  add(service: string, changes: Partial<SimulatedService> & { readonly count?: number } = {}): SimulatedService {
    const { count = 1, ...rest } = changes
    const project = rest.project ?? 'shop'
    const added: SimulatedService = {
      project,
      service,
      lineage: `local/${project}/${service}`,
      replicas: [],
      isOptedIn: true,
      isReplica: true,
      protectedBecause: null,
      mode: null,
      hostnames: [service],
      ...rest,
    }
    for (let index = 0; index < count; index += 1)
      added.replicas.push(this.#create(added, this.#clock.now() - 3_600_000))
    this.#services.set(added.lineage, added)
    return added
  }

  /** Removes the service and its containers. */
  remove(lineage: string): void {
    this.#services.delete(lineage)
  }

  /** Replaces all containers by new ones, as a new deployment does. */
  recreate(lineage: string): void {
    const service = this.service(lineage)
    service.replicas = service.replicas.map(() => this.#create(service, this.#clock.now()))
  }

  /** The service; throws when there is none. */
  service(lineage: string): SimulatedService {
    const service = this.#services.get(lineage)
    if (service === undefined) throw new Error(`no service ${lineage}`)
    return service
  }

  /** Every replica ends by a fault that lasts until it is cured. */
  crash(lineage: string, fault: Fault = curedByStart): void {
    for (const replica of this.service(lineage).replicas) {
      replica.fault = fault
      this.#end(replica, 'crash')
    }
  }

  /** Every replica runs on and answers nobody. */
  hang(lineage: string): void {
    for (const replica of this.service(lineage).replicas) replica.fault = { ...curedByRestart, isHanging: true }
  }

  /** A person stops every replica. */
  stopByPerson(lineage: string): void {
    for (const replica of this.service(lineage).replicas) this.#end(replica, 'person')
  }

  /** A person starts every replica, and has removed the fault. */
  startByPerson(lineage: string): void {
    for (const replica of this.service(lineage).replicas) {
      replica.fault = null
      this.#run(replica)
    }
  }

  /** True when every replica runs and answers. */
  isWell(lineage: string): boolean {
    return this.service(lineage).replicas.every((replica) => replica.state === 'running' && !replica.fault?.isHanging)
  }

  readonly list = async (signal: AbortSignal): Promise<readonly Container[]> => {
    await this.#answer(signal)
    return [...this.#services.values()].flatMap((service) => this.#containers(service))
  }

  readonly observe = async (lineage: string, signal: AbortSignal): Promise<readonly Container[]> => {
    await this.#answer(signal)
    const service = this.#services.get(lineage)
    return service === undefined ? [] : this.#containers(service)
  }

  readonly perform = async (action: Action, signal: AbortSignal): Promise<ActionOutcome> => {
    this.performed.push({ action: structuredClone(action), at: this.#clock.now(), monotonic: this.#clock.monotonic() })
    this.called(action)
    const behaviour = this.behaviour(this.performed.length, action)
    if (behaviour === 'throw') throw new TypeError('a mistake in the adapter')
    if (behaviour === 'hang') return new Promise(() => {})
    await this.#clock.sleep(this.callMs, signal)
    if (behaviour === 'fail') return { status: 'failed', detail: 'the engine answered 500: no space left on device' }
    if (behaviour === 'refuse' || this.#hasChanged(action)) {
      return { status: 'refused', reason: 'target-changed', detail: 'a container was started meanwhile' }
    }
    for (const { id } of action.containers) {
      const service = this.service(action.target)
      const index = service.replicas.findIndex((candidate) => candidate.id === id)
      const replica = service.replicas[index]
      if (replica === undefined) continue
      if (action.kind === 'recreate') this.#apply(this.#replace(service, index, replica), action.kind)
      else this.#apply(replica, action.kind)
    }
    if (behaviour === 'effect-then-hang') return new Promise(() => {})
    return { status: 'done', detail: `${action.kind} done` }
  }

  async #answer(signal: AbortSignal): Promise<void> {
    this.looks += 1
    if (signal.aborted) throw new AdapterError('docker', 'aborted', 'the look was broken off')
    if (this.state === 'down')
      throw new AdapterError('docker', 'unreachable', 'no docker engine at unix:///run/docker.sock')
    if (this.state === 'up') return
    await this.#clock.sleep(10_000, signal).catch(() => {
      throw new AdapterError('docker', 'aborted', 'the look was broken off')
    })
    throw new AdapterError('docker', 'timeout', 'the engine did not answer within 10 s')
  }

  #hasChanged(action: Action): boolean {
    const service = this.#services.get(action.target)
    return action.containers.some(({ id, ifStartedAt }) => {
      const replica = service?.replicas.find((candidate) => candidate.id === id)
      return replica === undefined || iso(replica.startedAt) !== ifStartedAt
    })
  }

  #apply(replica: SimulatedReplica, kind: Action['kind']): void {
    if (kind === 'start' && replica.state === 'running') return
    const { fault } = replica
    if (fault !== null && cures[kind].includes(fault.curedBy)) replica.fault = null
    this.#run(replica)
  }

  /** A new container of the same name; what is wrong with the old one is wrong with it, too, unless that is cured by it. */
  #replace(service: SimulatedService, index: number, { name, fault }: SimulatedReplica): SimulatedReplica {
    const fresh = { ...this.#create(service, this.#clock.now()), name, fault }
    service.replicas[index] = fresh
    return fresh
  }

  #run(replica: SimulatedReplica): void {
    replica.state = 'running'
    replica.startedAt = this.#clock.now()
    replica.exitCause = null
    const { startedAt, fault } = replica
    if (fault === null || fault.isHanging) return
    const crash = (): void => {
      if (replica.state === 'running' && replica.startedAt === startedAt) this.#end(replica, 'crash')
    }
    if (fault.crashesAfterMs === 0) crash()
    else this.#clock.after(fault.crashesAfterMs, crash)
  }

  #end(replica: SimulatedReplica, cause: ExitCause): void {
    replica.state = 'exited'
    replica.finishedAt = this.#clock.now()
    replica.exitCode = cause === 'person' ? 143 : 1
    replica.exitCause = cause
  }

  #create(service: SimulatedService, at: number): SimulatedReplica {
    this.#ids += 1
    return {
      id: `container-${this.#ids}`,
      name: `${service.project}-${service.service}-${service.replicas.length + 1}`,
      createdAt: at,
      state: 'running',
      startedAt: at,
      finishedAt: null,
      exitCode: 0,
      exitCause: null,
      restartCount: 0,
      health: 'none',
      healthCheckedAt: null,
      fault: null,
    }
  }

  #containers(service: SimulatedService): readonly Container[] {
    const { project, lineage, isOptedIn, isReplica, protectedBecause, mode, hostnames } = service
    return service.replicas.map((replica, index) => ({
      replica: {
        id: replica.id,
        name: replica.name,
        state: replica.state,
        health: replica.health,
        healthCheckedAt: iso(replica.healthCheckedAt),
        startedAt: iso(replica.startedAt),
        finishedAt: iso(replica.finishedAt),
        exitCode: replica.exitCode,
        oomKilled: false,
        restartCount: replica.restartCount,
        restartPolicy: 'no',
        image: 'example/web:1',
        imageId: 'sha256:01',
        addresses: replica.state === 'running' ? { default: `172.18.0.${index + 2}` } : {},
      },
      lineage,
      project,
      service: service.service,
      isReplica,
      isOptedIn,
      protectedBecause,
      mode,
      hostnames,
      createdAt: replica.createdAt,
      exitCause: replica.state === 'running' || replica.state === 'paused' ? null : replica.exitCause,
    }))
  }
}
