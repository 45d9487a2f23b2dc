/** The metrics of one running program, on an injected registry. Names and labels are in `metric-list.ts`. */
import { collectDefaultMetrics, type Registry } from 'prom-client'
import { type IncidentState, incidentStates } from '../incident/record.ts'
import { counterHandle, gaugeHandle, type HandleContext, histogramHandle } from './metric-handles.ts'
import { metricList } from './metric-list.ts'

/** Current values that each scrape asks for. */
export type GaugeSources = {
  /** States of the incidents that have not ended, one entry for each incident. */
  readonly activeStates: () => readonly IncidentState[]
  readonly inboxPending: () => number
  readonly undelivered: () => number
  readonly runbooksBroken: () => number
}

/** What the metrics are made from. */
export type MetricsOptions = {
  readonly registry: Registry
  readonly version: string
  /** Names of the systems that are watched, for example `docker`, `prometheus`, `alertmanager`. */
  readonly dependencies: readonly string[]
  /** Routes of the HTTP server. */
  readonly routes: readonly string[]
  readonly sources: GaugeSources
}

const counters = (context: HandleContext) => ({
  notifications: counterHandle(metricList.notifications, context),
  alerts: counterHandle(metricList.alerts, context),
  episodes: counterHandle(metricList.episodes, context),
  reconciliations: counterHandle(metricList.reconciliations, context),
  reconciledAlerts: counterHandle(metricList.reconciledAlerts, context),
  incidentsOpened: counterHandle(metricList.incidentsOpened, context),
  incidentsEnded: counterHandle(metricList.incidentsEnded, context),
  verdicts: counterHandle(metricList.verdicts, context),
  attempts: counterHandle(metricList.attempts, context),
  proofs: counterHandle(metricList.proofs, context),
  escalations: counterHandle(metricList.escalations, context),
  deliveries: counterHandle(metricList.deliveries, context),
})

const histograms = (context: HandleContext) => ({
  detection: histogramHandle(metricList.detection, context),
  recovery: histogramHandle(metricList.recovery, context),
  requests: histogramHandle(metricList.requests, context),
})

const gauges = (context: HandleContext, sources: GaugeSources) => ({
  dependencyUp: gaugeHandle(metricList.dependencyUp, context),
  reconciledAt: gaugeHandle(metricList.reconciledAt, context),
  reloaded: gaugeHandle(metricList.reloaded, context),
  buildInfo: gaugeHandle(metricList.buildInfo, context),
  inboxPending: gaugeHandle(metricList.inboxPending, context, (set) => set({}, sources.inboxPending())),
  undelivered: gaugeHandle(metricList.undelivered, context, (set) => set({}, sources.undelivered())),
  runbooksBroken: gaugeHandle(metricList.runbooksBroken, context, (set) => set({}, sources.runbooksBroken())),
  incidents: gaugeHandle(metricList.incidents, context, (set) => {
    const active = sources.activeStates()
    for (const state of incidentStates) {
      if (state !== 'ended') set({ state }, active.filter((one) => one === state).length)
    }
  }),
})

/** Everything that the program counts with. */
export type Metrics = ReturnType<typeof counters> & ReturnType<typeof histograms> & ReturnType<typeof gauges>

/**
 * Registers every metric, and those of the process itself, on the registry. All series start at zero, but
 * `selfheal_config_last_reload_successful` and `selfheal_build_info`, which start at 1: a program that runs has loaded
 * its configuration and its runbooks once.
 */
export function createMetrics(options: MetricsOptions): Metrics {
  const { registry, version, dependencies, routes } = options
  const context = { registry, given: { version: [version], dependency: dependencies, route: routes } }
  const metrics = { ...counters(context), ...histograms(context), ...gauges(context, options.sources) }
  metrics.buildInfo.set({ version }, 1)
  metrics.reloaded.set({}, 1)
  collectDefaultMetrics({ register: registry })
  return metrics
}
