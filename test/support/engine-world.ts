/** The whole engine in a simulated world: real storage on disk, virtual time, and processes that can die. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { DeadLetter } from '../../src/alert/dead-letter.ts'
import { computeFingerprint } from '../../src/alert/fingerprint.ts'
import { listingIntervalMs } from '../../src/alert/reconcile-episode.ts'
import type { Runbook } from '../../src/authoring/index.ts'
import type { EngineSettings } from '../../src/config/settings.ts'
import type { Decision } from '../../src/guard/verdict.ts'
import type { Attempt, Incident, TimelineEvent } from '../../src/incident/record.ts'
import type { EngineDeps } from '../../src/remediation/deps.ts'
import { createEngine, type Engine } from '../../src/remediation/engine.ts'
import type { Delivery, Ledger } from '../../src/remediation/ledger.ts'
import { createDecisions, type Decisions } from '../../src/remediation/people/decisions.ts'
import { isHeldBack } from '../../src/remediation/people/held-back.ts'
import { reconsider } from '../../src/remediation/routing/reconsider.ts'
import { isSilenced } from '../../src/remediation/silenced.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { InProcessRunbooks } from './in-process-runbooks.ts'
import { Life } from './mortal.ts'
import { SimulatedAlertmanager } from './simulated-alertmanager.ts'
import { SimulatedEngine } from './simulated-engine.ts'
import { SimulatedMetrics, SimulatedProbes } from './simulated-metrics.ts'
import { broken, containerDown, errors, unresponsive } from './test-runbooks.ts'
import { VirtualClock } from './virtual-clock.ts'

/** A line of the log. */
export type Line = {
  readonly level: string
  readonly phrase: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Labels of an alert. */
export type Labels = Readonly<Record<string, string>>

/** Settings for tests: everything is allowed. */
export const settings: EngineSettings = {
  mode: 'auto',
  ceiling: 'auto',
  routes: [],
  shippedRoutes: [],
  budgets: [
    { count: 3, windowMs: 3_600_000 },
    { count: 7, windowMs: 86_400_000 },
  ],
  cooldownMs: 120_000,
  reopenWithinMs: 900_000,
  reopenLimit: 3,
  approvalTimeoutMs: 3_600_000,
  actionTimeoutMs: 60_000,
  pollIntervalMs: 2_000,
  scrapeIntervalMs: 15_000,
  copyLabels: ['team', 'environment'],
  maintenance: [],
}

/** What a world is made with. */
export type WorldOptions = {
  readonly settings?: Partial<EngineSettings>
  readonly runbooks?: readonly Runbook[]
  readonly receivers?: readonly string[]
  /** Asks Alertmanager what it holds every 30 s, as the job does; default: only when the engine itself wants to. */
  readonly reconciles?: boolean
  /** Called with each life before it begins. */
  readonly life?: (life: Life) => void
}

/** Labels of an alert on a service. */
export function alertOn(service: string, symptom = 'down', more: Labels = {}): Labels {
  return { alertname: `Test_${symptom}`, severity: 'critical', symptom, service, ...more }
}

const minuteMs = 60_000

/** Memory where there is some: these tests commit tens of thousands of times, and no test pulls the plug of a disk. */
const roomForFiles = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A world with one process in it. Made by `createWorld`. */
export class EngineWorld {
  readonly clock = new VirtualClock()
  readonly engine = new SimulatedEngine(this.clock)
  readonly metrics = new SimulatedMetrics()
  readonly probes = new SimulatedProbes()
  readonly alertmanager = new SimulatedAlertmanager(this.clock)
  readonly runbooks: InProcessRunbooks
  readonly lines: Line[] = []
  readonly decisions: Decision[] = []
  readonly steps: string[] = []
  /** What listings of Alertmanager's alerts changed. */
  readonly reconciled: string[] = []
  /** The attempts that were unsettled at each call of `perform`, as they were in the storage then. */
  readonly calls: (readonly Attempt[])[] = []
  life = new Life()
  settings: EngineSettings
  readonly #options: WorldOptions
  readonly #lineages = new Set<string>()
  readonly #folder = mkdtempSync(join(roomForFiles, 'selfheal-world-'))
  #lives = 0
  #store: Store
  #heal: Engine
  #people: Decisions | null = null
  #ids = 0

  constructor(options: WorldOptions) {
    this.#options = options
    this.settings = { ...settings, ...options.settings }
    this.runbooks = new InProcessRunbooks(
      options.runbooks ?? ([containerDown, unresponsive, errors, broken] as Runbook[]),
    )
    this.#store = this.#open()
    this.#heal = this.#begin()
    this.engine.called = ({ target }) => {
      this.calls.push(this.ledger.unsettledAttempts().filter((attempt) => attempt.target === target))
    }
    if (options.reconciles === true) this.#reconcileAgain()
    this.probes.answer = () => {
      const isWell = [...this.#lineages].every((lineage) => this.engine.isWell(lineage))
      return isWell ? { kind: 'status', status: 200 } : { kind: 'no-answer', detail: 'timeout' }
    }
  }

  /** Adds a service that runs well; answers its lineage. */
  add(service: string, changes: Parameters<SimulatedEngine['add']>[1] = {}): string {
    const { lineage } = this.engine.add(service, changes)
    this.#lineages.add(lineage)
    return lineage
  }

  /** What a person may decide, in the process that lives. */
  get people(): Decisions {
    if (this.#people === null) throw new Error('no process lives')
    return this.#people
  }

  /** The storage as it is, whether the process lives or not. */
  get ledger(): Ledger {
    return this.#store.ledger
  }

  /** What was posted and could not be used, newest first. */
  deadLetters(): readonly DeadLetter[] {
    return this.#store.deadLetters.list(100)
  }

  #reconcileAgain(): void {
    this.clock.after(listingIntervalMs, () => {
      if (this.life.isOver) return this.#reconcileAgain()
      void this.#heal.reconcile()
      this.#reconcileAgain()
    })
  }

  /** The job runs now; resolves when it is over, in virtual time. */
  reconcile(): Promise<void> {
    return this.#heal.reconcile()
  }

  /** When the last reconciliation was begun that was complete. */
  reconciledAt(): number | null {
    return this.#heal.reconciledAt()
  }

  /** Alertmanager posts a notification; resolves when it is committed. Nothing is posted to a dead process. */
  async post(
    alerts: readonly Readonly<Record<string, unknown>>[],
    receiver = 'selfheal',
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<number> {
    const body = Buffer.from(JSON.stringify({ version: '4', receiver, groupKey: '{}', alerts, ...more }))
    const id = await this.#store.inbox.accept(body, this.clock.now())
    if (!this.life.isOver) this.#heal.wake()
    return id
  }

  /** An alert that fires since now, or since `startsAt`. */
  fire(labels: Labels, startsAt = this.clock.now()): Promise<number> {
    return this.post([{ status: 'firing', labels, startsAt: new Date(startsAt).toISOString() }])
  }

  /** Alertmanager says that the alert is resolved. */
  resolve(labels: Labels): Promise<number> {
    const at = this.clock.now()
    const startsAt = this.ledger.latestEpisode(computeFingerprint(labels))?.startsAt ?? at
    const times = { startsAt: new Date(startsAt).toISOString(), endsAt: new Date(at).toISOString() }
    return this.post([{ status: 'resolved', labels, ...times }])
  }

  /** Posts the alert again and again while it is said to fire. */
  repeat(labels: Labels, everyMs: number, isFiring: () => boolean = () => true): void {
    const startsAt = this.ledger.latestEpisode(computeFingerprint(labels))?.startsAt ?? this.clock.now()
    this.clock.after(everyMs, () => {
      if (!isFiring()) return
      void this.fire(labels, startsAt)
      this.repeat(labels, everyMs, isFiring)
    })
  }

  kick(target: string): void {
    this.#heal.kick(target)
  }

  /** A reload of the configuration takes other settings. */
  reconfigure(changes: Partial<EngineSettings>): Promise<void> {
    this.settings = { ...this.settings, ...changes }
    return reconsider({ ledger: this.ledger }, this.#heal)
  }

  run(ms: number): Promise<void> {
    return this.clock.run(ms)
  }

  /** Lets time pass until the predicate holds; throws with the timelines when it does not within `maxMs`. */
  async until(what: string, predicate: () => boolean, maxMs = 60 * minuteMs): Promise<void> {
    if (await this.clock.runUntil(predicate, maxMs)) return
    throw new Error(`not within ${maxMs / 1000} s: ${what}\n${this.story()}`)
  }

  /** Until the newest incident of the target is in one of the states. */
  untilState(lineage: string, ...states: Incident['state'][]): Promise<void> {
    return this.until(`${lineage} is ${states.join(' or ')}`, () => {
      const incident = this.find(lineage)
      return incident !== undefined && states.includes(incident.state)
    })
  }

  /** The newest incident of a target. */
  find(lineage: string): Incident | undefined {
    return this.ledger.listIncidents({ target: lineage, limit: 1 })[0]
  }

  /** The newest incident of a target; throws when there is none. */
  incident(lineage: string): Incident {
    const found = this.find(lineage)
    if (found === undefined) throw new Error(`no incident on ${lineage}\n${this.story()}`)
    return found
  }

  attempts(lineage: string): readonly Attempt[] {
    return this.ledger.attemptsSince(lineage, 0)
  }

  timeline(lineage: string): readonly TimelineEvent[] {
    return this.ledger.timeline(this.incident(lineage).id)
  }

  kinds(lineage: string): readonly string[] {
    return this.timeline(lineage).map(({ kind }) => kind)
  }

  deliveries(): readonly Delivery[] {
    return this.ledger.dueDeliveries(Number.MAX_SAFE_INTEGER, 1000)
  }

  /** Everything that happened, for the message of a failed test. */
  story(): string {
    const events = this.ledger
      .listIncidents({ limit: 20 })
      .flatMap(({ id, target, state, reason }) => [
        `incident ${id} on ${target}: ${state} ${reason ?? ''}`,
        ...this.ledger
          .timeline(id)
          .map(({ at, kind, text }) => `  ${(at - this.clock.now()) / 1000} s ${kind}: ${text}`),
      ])
    const faults = this.lines.filter(({ level }) => level === 'error').slice(-5)
    return [...events, ...faults.map(({ phrase, fields }) => `${phrase}: ${String(fields.err)}`)].join('\n')
  }

  /** Stops the process as an operator does, and starts it anew. */
  async restart(): Promise<void> {
    const stopped = this.#heal.stop()
    let isStopped = false
    void stopped.then(() => {
      isStopped = true
    })
    await this.until('the engine has stopped', () => isStopped)
    this.life.isOver = true
    this.#store.close()
    this.#store = this.#open()
    this.#heal = this.#begin()
  }

  /** Stops the engine for good; resolves when it has stopped. */
  stop(): Promise<void> {
    return this.#heal.stop()
  }

  /** The process dies at once, if it has not, and a new one starts from the files as they were at that moment. */
  reboot(): void {
    this.life.end()
    this.#store.close()
    this.#lives += 1
    this.#store = this.#open()
    this.#heal = this.#begin()
  }

  close(): void {
    this.life.isOver = true
    this.#store.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #path(life: number): string {
    return join(this.#folder, String(life))
  }

  #open(): Store {
    return openStore({ path: this.#path(this.#lives), now: this.clock.now })
  }

  #begin(): Engine {
    const life = new Life()
    this.life = life
    // The files as they are at the moment of death: what the dead process's connection would still do is not in them.
    life.ended = () => cpSync(this.#path(this.#lives), this.#path(this.#lives + 1), { recursive: true, filter: isData })
    this.#options.life?.(life)
    const write = (level: string) => (fields: Readonly<Record<string, unknown>>, phrase: string) => {
      this.lines.push({ level, phrase, fields })
    }
    const current = () => this.settings
    const deps: EngineDeps = {
      get settings() {
        return current()
      },
      ledger: life.ledger(this.#store.ledger),
      containers: life.port(this.engine),
      metrics: life.port(this.metrics),
      alerts: life.port(this.alertmanager),
      probes: life.port(this.probes),
      runbooks: life.port(this.runbooks),
      receivers: this.#options.receivers ?? ['alertmanager', 'webhook'],
      clock: life.clock(this.clock),
      log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
      observer: {
        decided: (decision) => this.decisions.push(decision),
        stepped: (step) => this.steps.push(step),
        reconciled: (step) => this.reconciled.push(step),
        reconciliationEnded: () => {},
      },
      escalationsChanged: () => {},
      newId: () => {
        this.#ids += 1
        return `proposal-${this.#ids}`
      },
    }
    const engine = createEngine(deps)
    this.#people = createDecisions({
      ledger: deps.ledger,
      clock: deps.clock,
      log: deps.log,
      get settings() {
        return current()
      },
      escalationsChanged: () => {},
      kick: engine.kick,
      isHeld: (incident) => isSilenced(deps, incident) || isHeldBack(deps, incident),
      toldOnce: () => ['webhook'],
    })
    engine.start()
    return engine
  }
}

const isData = (path: string): boolean => !path.includes('selfheal.lock')

/** Creates a world that is taken down when the test is over. */
export function createWorld(options: WorldOptions = {}): EngineWorld {
  const world = new EngineWorld(options)
  onTestFinished(() => world.close())
  return world
}
