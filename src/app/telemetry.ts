/** Metrics, fed by the events that the engine commits. */
import { Registry } from 'prom-client'
import type { HttpMetrics } from '../http/ports.ts'
import { routeNames } from '../http/routes.ts'
import { version } from '../lib/version.ts'
import type { Ledger } from '../remediation/ledger.ts'
import { publishEvents } from '../remediation/publish-events.ts'
import { createHttpMetrics } from '../telemetry/http-metrics.ts'
import { createMetrics, type Metrics } from '../telemetry/metrics.ts'
import { recordEvent } from '../telemetry/record-event.ts'

/** What the metrics read beside events. */
export type TelemetryDeps = {
  readonly ledger: Ledger
  readonly dependencies: readonly string[]
  readonly runbooksBroken: () => number
}

/** Metrics, and the ledger whose events they count. */
export type Telemetry = { readonly metrics: Metrics; readonly ledger: Ledger; readonly http: HttpMetrics }

/** Creates the metrics on a registry of their own. Use the answered ledger instead of the given one. */
export function createTelemetry({ ledger, dependencies, runbooksBroken }: TelemetryDeps): Telemetry {
  const registry = new Registry()
  const metrics = createMetrics({
    registry,
    version,
    dependencies,
    routes: routeNames,
    sources: {
      activeStates: () => ledger.activeIncidents().map(({ state }) => state),
      inboxPending: ledger.pendingCount,
      undelivered: ledger.undeliveredCount,
      runbooksBroken,
    },
  })
  const receiverKind = (receiver: string) => (receiver === 'alertmanager' ? 'alertmanager' : 'webhook')
  const published = publishEvents(ledger, (event) => recordEvent(metrics, event, { ...ledger, receiverKind }))
  return {
    metrics,
    ledger: published,
    http: createHttpMetrics(metrics, registry),
  }
}
