/** The composition root: makes every part once, starts them in order, and stops them in the opposite one. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { createBreathe } from './app/breathe.ts'
import { type Connections, connect, dependenciesOf } from './app/connect.ts'
import { correlateLog } from './app/correlate-log.ts'
import type { FileWatch } from './app/file-watch.ts'
import { createLiveSettings, type LiveSettings } from './app/live-settings.ts'
import { createReceiving } from './app/receiving.ts'
import { createReload, type ReloadResult } from './app/reload.ts'
import { createStatus } from './app/status.ts'
import { createTelemetry, type Telemetry } from './app/telemetry.ts'
import { findUnknownRunbooks } from './config/known-runbooks.ts'
import type { LoadedConfig } from './config/load-config.ts'
import type { Settings } from './config/settings.ts'
import { createOutbox, type Outbox } from './escalation/outbox.ts'
import { createHttp, type HttpServer } from './http/server.ts'
import type { Clock } from './lib/clock.ts'
import { createTeardown, type Teardown } from './lib/teardown.ts'
import { createHttpProbe } from './probe/http-probe.ts'
import type { EngineDeps } from './remediation/deps.ts'
import { createEngine, type Engine } from './remediation/engine.ts'
import { createDecisions } from './remediation/people/decisions.ts'
import { isHeldBack } from './remediation/people/held-back.ts'
import { createPauses } from './remediation/people/pauses.ts'
import type { PersonDeps } from './remediation/people/person.ts'
import { plan } from './remediation/plan.ts'
import { reconsider } from './remediation/routing/reconsider.ts'
import { isSilenced } from './remediation/silenced.ts'
import { explainRunbookFault, type RunbookFault } from './runbook/fault.ts'
import { loadRunbooks, type RunbookHost } from './runbook/host.ts'
import { createDependencyWatch, type DependencyWatch } from './schedule/dependency-watch.ts'
import { createReconciliationJob } from './schedule/reconciliation-job.ts'
import { openStore, type Store } from './store/open-store.ts'
import { StorageError } from './store/storage-error.ts'
import { recordDecision } from './telemetry/record-event.ts'

/** Where the configuration comes from, for as long as selfheal runs. */
export type ConfigurationSource = {
  /** Reads it anew, as it was read for the start. */
  readonly load: () => Promise<LoadedConfig>
  /** `null`: there is no file that could change. */
  readonly watch: FileWatch | null
}

/** What one selfheal is started with. */
export type AppOptions = {
  readonly settings: Settings
  /** Without it a reload reads the runbooks alone. */
  readonly source?: ConfigurationSource
  readonly storagePath: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly log: Logger
  readonly clock: Clock
}

/** A running selfheal. */
export type App = {
  readonly address: string
  readonly port: number
  /** Reads configuration and runbooks again and logs what came of it. Never rejects. */
  readonly reload: () => Promise<void>
  /** Answers what is in flight, sees a running action through, and releases everything. */
  readonly stop: () => Promise<void>
}

/** Everything that runs, once it is made. */
type Parts = {
  readonly live: LiveSettings
  readonly store: Store
  readonly runbooks: RunbookHost
  readonly connections: Connections
  readonly telemetry: Telemetry
  readonly watch: DependencyWatch
}

const drainDeadlineMs = 10_000

/** Selfheal cannot start for a reason that a person can remove; the message says which. */
export class CannotStart extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.name = 'CannotStart'
  }
}

const openStorage = ({ storagePath, clock }: AppOptions): Store => {
  try {
    return openStore({ path: storagePath, now: clock.now })
  } catch (error) {
    throw error instanceof StorageError ? new CannotStart(error) : error
  }
}

/** Starts selfheal; when a part cannot be started, what was started before is stopped again and the error is thrown, a `CannotStart` where a person can remove the cause. */
export async function startApp(options: AppOptions): Promise<App> {
  // A running action is seen through: no step of the teardown is cut before the action's own deadline.
  const live = createLiveSettings(options.settings)
  const teardown = createTeardown(options.log, () => live.longestActionMs() + drainDeadlineMs)
  try {
    const parts = await makeParts(options, live, teardown)
    const { reload, ...bound } = await startParts(options, parts, teardown)
    return { ...bound, reload: async () => void (await reload()), stop: teardown.run }
  } catch (error) {
    await teardown.run()
    throw error
  }
}

const makeParts = async (options: AppOptions, live: LiveSettings, teardown: Teardown): Promise<Parts> => {
  const { log, clock } = options
  const settings = live.view
  const store = openStorage(options)
  teardown.push('store', store.close)
  const runbooks = await loadRunbooks({ ...settings.runbooks, log: (fields, phrase) => log.warn(fields, phrase) })
  teardown.push('runbooks', runbooks.stop)
  for (const fault of runbooks.faults) log.error({ ...fault }, 'runbook not usable')
  for (const found of findUnknownRunbooks(settings, runbooks.list())) log.error({ found }, 'route that cannot be used')
  const connections = connect(settings, { clock, log, ledger: store.ledger })
  teardown.push('docker', connections.docker.stop)
  const dependencies = dependenciesOf(connections)
  const telemetry = createTelemetry({
    ledger: store.ledger,
    dependencies: dependencies.map(({ name }) => name),
    runbooksBroken: () => runbooks.faults.length,
  })
  const report = (dependency: string, isUp: boolean) => telemetry.metrics.dependencyUp.set({ dependency }, isUp ? 1 : 0)
  const watch = createDependencyWatch({ dependencies, log, report })
  teardown.push('dependency watch', watch.stop)
  return { live, store, runbooks, connections, telemetry, watch }
}

/** Alerts are accepted as soon as the server listens; they wait in the inbox until the engine starts. */
const startParts = async (options: AppOptions, parts: Parts, teardown: Teardown) => {
  const { telemetry, connections, watch, store } = parts
  const { clock, log } = options
  const outbox = createOutbox({
    ledger: telemetry.ledger,
    receivers: connections.receivers,
    clock,
    log: correlateLog(log, telemetry.ledger),
  })
  const deps = engineDeps(options, parts, outbox)
  const engine = createEngine(deps)
  const draining = { isOn: false }
  const reload = makeReload(options, parts, engine)
  const http = makeHttp(options, parts, { deps, engine, reload, isDraining: () => draining.isOn })
  const bound = await http.listen(options.listen).catch((error: unknown) => {
    throw new CannotStart(error)
  })
  teardown.push('outbox', startOutbox(outbox))
  teardown.push('engine', engine.stop)
  teardown.push('http', async () => {
    draining.isOn = true
    await http.close(drainDeadlineMs)
    await store.inbox.drain()
  })
  await connections.docker.start()
  await watch.start()
  engine.start()
  if (deps.alerts !== null) {
    const job = createReconciliationJob({ reconcile: engine.reconcile, log })
    teardown.push('reconciliation', job.stop)
    await job.start()
  }
  if (options.source?.watch) {
    teardown.push('configuration watch', options.source.watch.stop)
    options.source.watch.start(() => void reload(), options.log)
  }
  return { ...bound, reload }
}

/** What waits is looked at again under the new settings. */
const makeReload = ({ source, log }: AppOptions, parts: Parts, engine: Engine): (() => Promise<ReloadResult>) => {
  const { live, runbooks, telemetry } = parts
  return createReload({
    live,
    load: source?.load ?? (async () => ({ ok: true, settings: live.current(), warnings: [] })),
    runbooks,
    metrics: telemetry.metrics,
    log,
    taken: (settings) => {
      log.level = settings.log.level
      reconsider(telemetry, engine).catch((error: unknown) => log.error({ err: error }, 'alerts not routed again'))
    },
  })
}

const engineDeps = ({ clock, log }: AppOptions, parts: Parts, outbox: Outbox): EngineDeps => ({
  get settings() {
    return parts.live.view.engine
  },
  ledger: parts.telemetry.ledger,
  containers: parts.connections.docker,
  metrics: parts.connections.prometheus,
  alerts: parts.connections.alerts,
  probes: createHttpProbe(),
  runbooks: parts.runbooks,
  receivers: parts.connections.receivers.map(({ name }) => name),
  clock,
  log,
  observer: {
    decided: (decision) => recordDecision(parts.telemetry.metrics, decision),
    stepped: (step) => parts.telemetry.metrics.episodes.increment({ step }),
    reconciled: (step) => parts.telemetry.metrics.reconciledAlerts.increment({ step }),
    reconciliationEnded: (result, askedAt) => {
      parts.telemetry.metrics.reconciliations.increment({ result })
      if (result === 'complete') parts.telemetry.metrics.reconciledAt.set({}, askedAt / 1000)
    },
  },
  escalationsChanged: outbox.notify,
  breathe: createBreathe({ accepted: parts.store.inbox.accepted, now: clock.monotonic }),
  newId: randomUUID,
})

type Served = {
  readonly deps: EngineDeps
  readonly engine: Engine
  readonly reload: () => Promise<ReloadResult>
  readonly isDraining: () => boolean
}

const makeHttp = ({ log, clock }: AppOptions, parts: Parts, served: Served): HttpServer => {
  const { live, store, runbooks, telemetry, watch } = parts
  const settings = live.view
  const pauses = createPauses(served.deps, served.engine)
  return createHttp({
    inbox: createReceiving({ store, clock, metrics: telemetry.metrics, wake: served.engine.wake }),
    ledger: telemetry.ledger,
    pauses,
    status: createStatus(settings, {
      seen: watch.seen,
      reconciledAt: served.engine.reconciledAt,
      pausesInForce: pauses.inForce,
    }),
    isReady: () => readiness(store.isWritable(), served.isDraining()),
    isDraining: served.isDraining,
    runbooks: () => ({ loaded: runbooks.list(), broken: runbooks.faults.map(toBroken) }),
    reload: served.reload,
    plan: (alert, signal) => plan(served.deps, alert, signal),
    decisions: createDecisions(personDeps(served, parts.connections)),
    tokens: live.tokens,
    maxBodyBytes: settings.web.maxBodyBytes,
    externalUrl: settings.web.externalUrl,
    log,
    metrics: telemetry.http,
    clock,
  })
}

const personDeps = ({ deps, engine }: Served, { receivers }: Connections): PersonDeps => ({
  get settings() {
    return deps.settings
  },
  ledger: deps.ledger,
  clock: deps.clock,
  log: deps.log,
  escalationsChanged: deps.escalationsChanged,
  kick: engine.kick,
  isHeld: (incident) => isSilenced(deps, incident) || isHeldBack(deps, incident),
  toldOnce: () => receivers.flatMap(({ name, refreshMs }) => (refreshMs === null ? [name] : [])),
})

const readiness = (isWritable: boolean, isDraining: boolean): { ready: boolean; reason: string } => {
  if (isDraining) return { ready: false, reason: 'shutting down' }
  return isWritable ? { ready: true, reason: '' } : { ready: false, reason: 'the storage cannot be written' }
}

const toBroken = (fault: RunbookFault) => ({ file: fault.file, detail: explainRunbookFault(fault) })

/** Runs the outbox; answers how it is stopped. */
const startOutbox = (outbox: Outbox): (() => Promise<void>) => {
  const stopping = new AbortController()
  const running = outbox.run(stopping.signal)
  return async () => {
    stopping.abort(new Error('stopping'))
    await running
  }
}
