/** One service in memory: replicas with a fault that the right action takes away. The engine's containers, for authors. */
import type { Action, Lineage, Replica } from '../authoring/index.ts'
import { parseDuration } from '../lib/duration.ts'
import type { ActionOutcome, Container, ContainerPort } from '../remediation/ports.ts'
import type { ServiceState, World } from './simulation.ts'
import type { VirtualClock } from './virtual-clock.ts'

type Member = {
  id: string
  readonly name: string
  isRunning: boolean
  isFaulty: boolean
  startedAt: number
  finishedAt: number | null
}

/** How long before the alert the replicas were started. */
const ageMs = 3_600_000
const callMs = 200
const healthIntervalMs = 5_000

const iso = (at: number): string => new Date(at).toISOString()

/** The simulated service as the engine's containers, and as the functions of an author see it. */
export class SimulatedService implements ContainerPort {
  readonly engine = 'local'
  readonly #world: World
  readonly #clock: VirtualClock
  readonly #lineage: Lineage
  readonly #startedAt: number
  readonly #members: Member[]
  readonly #done: Action[] = []
  #generations = 0

  constructor(world: World, lineage: Lineage, clock: VirtualClock) {
    this.#world = world
    this.#clock = clock
    this.#lineage = lineage
    this.#startedAt = clock.now()
    const isDown = world.fault === 'down'
    this.#members = Array.from({ length: world.replicas ?? 1 }, (_, index) => ({
      id: this.#newId(index),
      name: `${lineage.split('/').slice(1).join('-')}-${index + 1}`,
      isRunning: !isDown,
      isFaulty: true,
      startedAt: clock.now() - ageMs,
      finishedAt: isDown ? clock.now() : null,
    }))
  }

  /** How the service is now. */
  state(): ServiceState {
    const wellSince = this.#wellSince()
    return {
      isRunning: this.#members.every(({ isRunning }) => isRunning),
      isWell: wellSince <= this.#clock.now(),
      wellForMs: Math.max(0, this.#clock.now() - wellSince),
      elapsedMs: this.#clock.now() - this.#startedAt,
      actions: [...this.#done],
    }
  }

  readonly list = async (): Promise<readonly Container[]> =>
    this.#members.map((member, index) => this.#see(member, index))

  readonly observe = async (lineage: Lineage): Promise<readonly Container[]> =>
    lineage === this.#lineage ? this.list() : []

  readonly perform = async (action: Action, signal: AbortSignal): Promise<ActionOutcome> => {
    await this.#clock.sleep(callMs, signal)
    const chosen = this.#members.filter(({ id }) => action.containers.some((container) => container.id === id))
    const isStale = action.containers.some(
      ({ id, ifStartedAt }) => !chosen.some((member) => member.id === id && iso(member.startedAt) === ifStartedAt),
    )
    if (isStale) return { status: 'refused', reason: 'target-changed', detail: 'a container was started meanwhile' }
    const isCure = this.#isCure(action)
    for (const member of chosen) this.#apply(member, action.kind, isCure)
    this.#done.push(action)
    return { status: 'done', detail: `${action.kind} done` }
  }

  #isCure(action: Action): boolean {
    const { curedBy } = this.#world
    return typeof curedBy === 'function' ? curedBy(action, [...this.#done]) : curedBy === action.kind
  }

  #apply(member: Member, kind: Action['kind'], isCure: boolean): void {
    if (kind === 'start' && member.isRunning) return
    if (kind === 'recreate') member.id = this.#newId(this.#members.indexOf(member))
    if (isCure) member.isFaulty = false
    const startedAt = this.#clock.now()
    Object.assign(member, { isRunning: true, startedAt, finishedAt: null })
    if (!member.isFaulty || this.#world.fault !== 'down') return
    this.#clock.after(this.#readyMs(), () => {
      if (member.startedAt === startedAt) Object.assign(member, { isRunning: false, finishedAt: this.#clock.now() })
    })
  }

  #readyMs(): number {
    return parseDuration(this.#world.readyAfter ?? '2s')
  }

  #readyAt(member: Member): number {
    return member.isRunning && !member.isFaulty ? member.startedAt + this.#readyMs() : Number.POSITIVE_INFINITY
  }

  #wellSince(): number {
    return Math.max(...this.#members.map((member) => this.#readyAt(member)))
  }

  #newId(index: number): string {
    this.#generations += 1
    return `container-${index + 1}-${this.#generations}`
  }

  #see(member: Member, index: number): Container {
    const [, project = '_', ...service] = this.#lineage.split('/')
    return {
      replica: this.#replica(member, index),
      lineage: this.#lineage,
      project,
      service: service.join('/'),
      isReplica: true,
      isOptedIn: true,
      protectedBecause: null,
      mode: null,
      hostnames: [service.join('/')],
      createdAt: this.#startedAt - ageMs,
      exitCause: member.isRunning ? null : 'crash',
    }
  }

  #replica(member: Member, index: number): Replica {
    const { id, name, isRunning, startedAt, finishedAt } = member
    return {
      id,
      name,
      state: isRunning ? 'running' : 'exited',
      ...this.#health(member),
      startedAt: iso(startedAt),
      finishedAt: finishedAt === null ? null : iso(finishedAt),
      exitCode: isRunning ? 0 : 1,
      oomKilled: false,
      restartCount: 0,
      restartPolicy: 'no',
      image: 'example/service:1',
      imageId: 'sha256:0000000000000000000000000000000000000000000000000000000000000001',
      addresses: isRunning ? { default: `172.18.0.${index + 2}` } : {},
    }
  }

  /** Docker asks every few seconds from the start on; until the first answer it says `starting`. */
  #health(member: Member): Pick<Replica, 'health' | 'healthCheckedAt'> {
    if (this.#world.healthCheck !== true) return { health: 'none', healthCheckedAt: null }
    const checks = Math.floor((this.#clock.now() - member.startedAt) / healthIntervalMs)
    if (checks < 1) return { health: 'starting', healthCheckedAt: null }
    const checkedAt = member.startedAt + checks * healthIntervalMs
    const health = this.#readyAt(member) <= checkedAt ? 'healthy' : 'unhealthy'
    return { health, healthCheckedAt: iso(checkedAt) }
  }
}
