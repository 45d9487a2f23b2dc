/**
 * `simulate`: the engine itself on one alert, in a world of memory and virtual time.
 *
 * Routing, guards, ladder, proof and storage are those of `selfheal serve`; only the containers, Prometheus,
 * Alertmanager, the probes and the clock are simulated. So there is no second set of rules that could differ.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TObject } from 'typebox'
import { computeFingerprint } from '../alert/fingerprint.ts'
import type { Lineage, Parameters, Runbook } from '../authoring/index.ts'
import type { EngineSettings } from '../config/settings.ts'
import { parseDuration } from '../lib/duration.ts'
import type { EngineDeps } from '../remediation/deps.ts'
import { createEngine } from '../remediation/engine.ts'
import type { AlertsView } from '../remediation/ports.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { tellRun } from './account.ts'
import { InProcessRunbooks } from './in-process-runbooks.ts'
import { SimulatedService } from './simulated-service.ts'
import type { SimulatedRun, Simulation } from './simulation.ts'
import { assertSimulation } from './validate-simulation.ts'
import { VirtualClock } from './virtual-clock.ts'

/** The defaults of the configuration, in mode `auto`. */
const settings: EngineSettings = {
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
  actionTimeoutMs: 300_000,
  pollIntervalMs: 2_000,
  scrapeIntervalMs: 15_000,
  copyLabels: ['team', 'environment'],
  maintenance: [],
}

const longestMs = 24 * 3_600_000
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Virtual time moves when the event loop is at rest, and there is one event loop: a simulation waits for the one before. */
let lastRun: Promise<unknown> = Promise.resolve()

/**
 * Sends the alert to the engine and lets virtual time pass until the incident has ended or people were told. Rejects with
 * an Error when the runbook, the simulation or the parameters are not valid, or when the alert leads to no incident, with the reason.
 * Simulations of one process run one after the other.
 */
export function simulate<Schema extends TObject, Tuning extends TObject>(
  runbook: Runbook<Schema, Tuning>,
  simulation: Simulation,
): Promise<SimulatedRun> {
  const run = lastRun.then(() => {
    assertSimulation(simulation)
    return runAlone(asAny(runbook), simulation)
  })
  lastRun = run.catch(() => {})
  return run
}

const runAlone = async (runbook: Runbook, simulation: Simulation): Promise<SimulatedRun> => {
  const folder = mkdtempSync(join(tmpdir(), 'selfheal-simulation-'))
  const clock = new VirtualClock()
  const store = openStore({ path: folder, now: clock.now })
  try {
    return await runIn(store, clock, { runbook, simulation })
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

type Task = { readonly runbook: Runbook; readonly simulation: Simulation }

const runIn = async (store: Store, clock: VirtualClock, { runbook, simulation }: Task): Promise<SimulatedRun> => {
  const runbooks = new InProcessRunbooks([runbook])
  const read = runbooks.readParameters(runbook.name, simulation.parameters ?? {})
  if (!read.ok) throw new Error(`the parameters do not fit ${runbook.name}: ${read.found}`)
  const target = targetOf(simulation)
  const service = new SimulatedService(simulation.world, target, clock)
  const labels = { ...simulation.alert.labels, selfheal_target: target }
  const engine = createEngine(surroundings({ store, clock, runbooks, service, simulation, labels }))
  const startedAt = clock.now()
  await store.inbox.accept(notification(labels, simulation, startedAt), startedAt)
  engine.start()
  const find = () => store.ledger.listIncidents({ limit: 1 })[0]
  await clock.runUntil(() => {
    const state = find()?.state
    const [episode] = store.ledger.listEpisodes(1)
    return state === 'ended' || state === 'escalated' || (episode?.disposition ?? null) !== null
  }, longestMs)
  const incident = find()
  const stopped = engine.stop()
  await clock.run(0)
  await stopped
  if (incident !== undefined) return tellRun(store.ledger, { incident, startedAt, now: clock.now(), service })
  const [episode] = store.ledger.listEpisodes(1)
  const why = episode?.disposition ?? { reason: 'nothing happened', detail: 'the alert could not be used' }
  throw new Error(`the alert leads to no incident of ${runbook.name}: ${why.reason}: ${why.detail}`)
}

type Parts = {
  readonly store: Store
  readonly clock: VirtualClock
  readonly runbooks: InProcessRunbooks
  readonly service: SimulatedService
  readonly simulation: Simulation
  readonly labels: Readonly<Record<string, string>>
}

const surroundings = (parts: Parts): EngineDeps => {
  const { store, clock, runbooks, service, simulation } = parts
  const { metric, probe } = simulation.world
  let ids = 0
  return {
    settings: { ...settings, routes: routesFor(simulation.parameters) },
    ledger: store.ledger,
    containers: service,
    metrics: {
      evaluate: async (expr, at) =>
        [metric?.(expr, service.state()) ?? []].flat().map((value) => ({ labels: {}, value, at })),
    },
    alerts: { list: async () => viewOf(parts) },
    probes: {
      get: async (url) => {
        const state = service.state()
        const status = probe === undefined ? (state.isWell ? 200 : null) : probe(url, state)
        return status === null ? { kind: 'no-answer', detail: 'no answer' } : { kind: 'status', status }
      },
    },
    runbooks,
    receivers: ['simulated'],
    clock,
    log: silent,
    observer: { decided: () => {}, stepped: () => {}, reconciled: () => {}, reconciliationEnded: () => {} },
    escalationsChanged: () => {},
    newId: () => {
      ids += 1
      return `proposal-${ids}`
    },
  }
}

/** The alert as Alertmanager holds it: sent again and again until the service has been well for a while. */
const viewOf = ({ clock, service, simulation, labels }: Parts): AlertsView => {
  const { isWell, wellForMs, elapsedMs } = service.state()
  if (isWell && wellForMs >= parseDuration(simulation.world.alertLasts ?? '15s'))
    return { alerts: [], isComplete: true }
  const now = clock.now()
  const times = { startsAt: now - elapsedMs, endsAt: now + 240_000, updatedAt: now }
  const annotations = simulation.alert.annotations ?? {}
  const fingerprint = computeFingerprint(labels)
  const held = { fingerprint, labels, annotations, ...times, state: 'active', receivers: ['selfheal'] } as const
  return { alerts: [held], isComplete: true }
}

const targetOf = ({ alert, world }: Simulation): Lineage => {
  const { selfheal_target: named, service = 'web' } = alert.labels
  return world.target ?? named ?? `local/shop/${service}`
}

/** Parameters reach a runbook by a route; this one takes every alert and leaves the choice of the runbook alone. */
const routesFor = (parameters: Parameters | undefined): EngineSettings['routes'] =>
  parameters === undefined
    ? []
    : [{ match: [], runbook: null, mode: null, budgets: null, cooldownMs: null, parameters }]

const notification = (labels: Parts['labels'], { alert }: Simulation, now: number): Buffer => {
  const { annotations = {} } = alert
  const firing = { status: 'firing', labels, annotations, startsAt: new Date(now).toISOString() }
  return Buffer.from(JSON.stringify({ version: '4', receiver: 'selfheal', groupKey: '{}', alerts: [firing] }))
}

/** Author code is called with an observation that its own contract has passed. */
function asAny<Schema extends TObject, Tuning extends TObject>(runbook: Runbook<Schema, Tuning>): Runbook {
  return runbook as unknown as Runbook
}
