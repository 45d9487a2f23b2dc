/** The composition root: makes every part once, starts them in order, and stops them in the opposite one. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { type Connections, connect, dependenciesOf } from './app/connect.ts'
import { correlateLog } from './app/correlate-log.ts'
import { createReceiving } from './app/receiving.ts'
import { createReload } from './app/reload-runbooks.ts'
import { createStatus } from './app/status.ts'
import { createTelemetry, type Telemetry } from './app/telemetry.ts'
import { findUnknownRunbooks } from './config/known-runbooks.ts'
import type { Settings } from './config/settings.ts'
import { createOutbox, type Outbox } from './escalation/outbox.ts'
import { createHttp, type HttpServer } from './http/server.ts'
import type { Clock } from './lib/clock.ts'
import { createTeardown, type Teardown } from './lib/teardown.ts'
import { createHttpProbe } from './probe/http-probe.ts'
import type { EngineDeps } from './remediation/deps.ts'
import { createEngine, type Engine } from './remediation/engine.ts'
import { plan } from './remediation/plan.ts'
import { loadRunbooks, type Reloaded, type RunbookHost } from './runbook/host.ts'
import { createDependencyWatch, type DependencyWatch } from './schedule/dependency-watch.ts'
import { openStore, type Store } from './store/open-store.ts'
import { StorageError } from './store/storage-error.ts'
import { recordDecision } from './telemetry/record-event.ts'

/** What one selfheal is started with. */
export type AppOptions = {
  readonly settings: Settings
  readonly storagePath: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly log: Logger
  readonly clock: Clock
}

/** A running selfheal. */
export type App = {
  readonly address: string
  readonly port: number
  /** Loads the runbooks again and logs what came of it. Never rejects. */
  readonly reload: () => Promise<void>
  /** Answers what is in flight, sees a running action through, and releases everything. */
  readonly stop: () => Promise<void>
}

/** Everything that runs, once it is made. */
type Parts = {
  readonly store: Store
  readonly runbooks: RunbookHost
  readonly connections: Connections
  readonly telemetry: Telemetry
  readonly watch: DependencyWatch
  readonly reload: () => Promise<Reloaded>
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
  const teardown = createTeardown(options.log, options.settings.engine.actionTimeoutMs + drainDeadlineMs)
  try {
    const parts = await makeParts(options, teardown)
    const bound = await startParts(options, parts, teardown)
    // What went wrong is logged by the reload itself.
    const reload = () =>
      parts.reload().then(
        () => {},
        () => {},
      )
    return { ...bound, reload, stop: teardown.run }
  } catch (error) {
    await teardown.run()
    throw error
  }
}

const makeParts = async (options: AppOptions, teardown: Teardown): Promise<Parts> => {
  const { settings, log, clock } = options
  const store = openStorage(options)
  teardown.push('store', store.close)
  const runbooks = await loadRunbooks({ ...settings.runbooks, log: log.warn.bind(log) })
  teardown.push('runbooks', runbooks.stop)
  for (const fault of runbooks.faults) log.error({ ...fault }, 'runbook not usable')
  const names = runbooks.list().map(({ name }) => name)
  for (const found of findUnknownRunbooks(settings, names)) log.error({ found }, 'route to an unknown runbook')
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
  const reload = createReload({ runbooks, metrics: telemetry.metrics, log })
  return { store, runbooks, connections, telemetry, watch, reload }
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
  const http = makeHttp(options, parts, { deps, engine, isDraining: () => draining.isOn })
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
  return bound
}

const engineDeps = ({ settings, clock, log }: AppOptions, parts: Parts, outbox: Outbox): EngineDeps => ({
  settings: settings.engine,
  ledger: parts.telemetry.ledger,
  containers: parts.connections.docker,
  metrics: parts.connections.prometheus,
  alerts: null,
  probes: createHttpProbe(),
  runbooks: parts.runbooks,
  receivers: parts.connections.receivers.map(({ name }) => name),
  clock,
  log,
  observer: {
    decided: (decision) => recordDecision(parts.telemetry.metrics, decision),
    stepped: (step) => parts.telemetry.metrics.episodes.increment({ step }),
  },
  escalationsChanged: outbox.notify,
  newId: randomUUID,
})

type Served = { readonly deps: EngineDeps; readonly engine: Engine; readonly isDraining: () => boolean }

const makeHttp = ({ settings, log, clock }: AppOptions, parts: Parts, served: Served): HttpServer => {
  const { store, runbooks, telemetry, watch } = parts
  return createHttp({
    inbox: createReceiving({ store, clock, metrics: telemetry.metrics, wake: served.engine.wake }),
    ledger: telemetry.ledger,
    status: createStatus(settings, watch),
    isReady: () => readiness(store.isWritable(), served.isDraining()),
    isDraining: served.isDraining,
    runbooks: () => ({ loaded: runbooks.list(), broken: runbooks.faults.map(toBroken) }),
    reload: async () => (await parts.reload()).isSwapped,
    plan: (alert, signal) => plan(served.deps, alert, signal),
    tokens: settings.web.tokens,
    maxBodyBytes: settings.web.maxBodyBytes,
    externalUrl: settings.web.externalUrl,
    log,
    metrics: telemetry.http,
    clock,
  })
}

const readiness = (isWritable: boolean, isDraining: boolean): { ready: boolean; reason: string } => {
  if (isDraining) return { ready: false, reason: 'shutting down' }
  return isWritable ? { ready: true, reason: '' } : { ready: false, reason: 'the storage cannot be written' }
}

const toBroken = ({ file, found }: { readonly file: string; readonly found: string }) => ({ file, detail: found })

/** Runs the outbox; answers how it is stopped. */
const startOutbox = (outbox: Outbox): (() => Promise<void>) => {
  const stopping = new AbortController()
  const running = outbox.run(stopping.signal)
  return async () => {
    stopping.abort(new Error('stopping'))
    await running
  }
}
