/** The composition root: makes every part once, starts them in order, and stops them in the opposite one. */
import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { connect, dependenciesOf } from './app/connect.ts'
import { createDoor } from './app/inbox.ts'
import { createStatus } from './app/status.ts'
import { createTelemetry } from './app/telemetry.ts'
import type { Settings } from './config/settings.ts'
import { createOutbox } from './escalation/outbox.ts'
import { createHttp } from './http/server.ts'
import type { Clock } from './lib/clock.ts'
import { createTeardown, type Teardown } from './lib/teardown.ts'
import { createHttpProbe } from './probe/http-probe.ts'
import type { EngineDeps } from './remediation/deps.ts'
import { createEngine } from './remediation/engine.ts'
import { plan } from './remediation/plan.ts'
import { loadRunbooks } from './runbook/host.ts'
import { createDependencyWatch } from './schedule/dependency-watch.ts'
import { openStore } from './store/open-store.ts'
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
  /** Answers what is in flight, sees a running action through, and releases everything. */
  readonly stop: () => Promise<void>
}

/** For each step of the teardown: longer than an action may take. */
const stopDeadlineMs = 30_000
const drainDeadlineMs = 10_000

/** Starts selfheal; when a part cannot be started, what was started before is stopped again and the error is thrown. */
export async function startApp(options: AppOptions): Promise<App> {
  const teardown = createTeardown(options.log, Math.max(stopDeadlineMs, options.settings.engine.actionTimeoutMs))
  try {
    const bound = await assemble(options, teardown)
    return { ...bound, stop: teardown.run }
  } catch (error) {
    await teardown.run()
    throw error
  }
}

const assemble = async (options: AppOptions, teardown: Teardown): Promise<Pick<App, 'address' | 'port'>> => {
  const { settings, log, clock } = options
  const store = openStore({ path: options.storagePath, now: clock.now })
  teardown.push('store', store.close)
  const runbooks = await loadRunbooks({ ...settings.runbooks, log: (fields, phrase) => log.warn(fields, phrase) })
  teardown.push('runbooks', runbooks.stop)
  for (const fault of runbooks.faults) log.error({ ...fault }, 'runbook not usable')
  const connections = connect(settings, clock, log)
  const { docker } = connections
  teardown.push('docker', docker.stop)
  const dependencies = dependenciesOf(connections)
  const {
    metrics,
    ledger,
    http: httpMetrics,
  } = createTelemetry({
    ledger: store.ledger,
    dependencies: dependencies.map(({ name }) => name),
    runbooksBroken: () => runbooks.faults.length,
  })
  const watch = createDependencyWatch({
    dependencies,
    log,
    report: (dependency, isUp) => metrics.dependencyUp.set({ dependency }, isUp ? 1 : 0),
  })
  teardown.push('dependency watch', watch.stop)
  const outbox = createOutbox({ ledger, receivers: connections.receivers, clock, log })
  const deps: EngineDeps = {
    settings: settings.engine,
    ledger,
    containers: docker,
    metrics: connections.prometheus,
    probes: createHttpProbe(),
    runbooks,
    receivers: connections.receivers.map(({ name }) => name),
    clock,
    log,
    observer: { decided: (decision) => recordDecision(metrics, decision) },
    escalationsChanged: outbox.notify,
    newId: randomUUID,
  }
  const engine = createEngine(deps)
  const http = createHttp({
    inbox: createDoor(store, clock, engine.wake),
    ledger,
    status: createStatus(settings, watch),
    isReady: () => readiness(store.isWritable(), isDraining),
    isDraining: () => isDraining,
    runbooks: () => ({ loaded: runbooks.list(), broken: runbooks.faults.map(toBroken) }),
    plan: (alert, signal) => plan(deps, alert, signal),
    tokens: settings.web.tokens,
    maxBodyBytes: settings.web.maxBodyBytes,
    externalUrl: settings.web.externalUrl,
    log,
    metrics: httpMetrics,
    clock,
  })
  let isDraining = false
  // From here on alerts are accepted; they wait in the inbox until the engine starts.
  const bound = await http.listen(options.listen)
  teardown.push('outbox', startOutbox(outbox))
  teardown.push('engine', engine.stop)
  teardown.push('http', async () => {
    isDraining = true
    await http.close(drainDeadlineMs)
    await store.inbox.drain()
  })
  await docker.start()
  await watch.start()
  engine.start()
  return bound
}

const readiness = (isWritable: boolean, isDraining: boolean): { ready: boolean; reason: string } => {
  if (isDraining) return { ready: false, reason: 'shutting down' }
  return isWritable ? { ready: true, reason: '' } : { ready: false, reason: 'the storage cannot be written' }
}

const toBroken = (fault: { readonly file: string; readonly found: string }) => ({
  file: fault.file,
  detail: fault.found,
})

/** Runs the outbox; answers how it is stopped. */
const startOutbox = (outbox: { run: (signal: AbortSignal) => Promise<void> }): (() => Promise<void>) => {
  const stopping = new AbortController()
  const running = outbox.run(stopping.signal)
  return async () => {
    stopping.abort(new Error('stopping'))
    await running
  }
}
