/** What every stage of the engine is given. */
import type { EpisodeStep } from '../alert/episode.ts'
import type { ReconcileStep } from '../alert/reconcile-episode.ts'
import type { EngineSettings } from '../config/settings.ts'
import type { Decision } from '../guard/verdict.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { ReconciliationResult } from './intake/reconciliation.ts'
import type { Ledger } from './ledger.ts'
import type { AlertsPort, ContainerPort, MetricsPort, ProbePort, RunbookPort } from './ports.ts'

/** Told what only the engine knows; used for metrics. Must not throw. */
export type EngineObserver = {
  readonly decided: (decision: Decision) => void
  /** What one reported alert meant for the episodes of its fingerprint. */
  readonly stepped: (step: EpisodeStep['step']) => void
  /** What a listing of Alertmanager's alerts changed about one alert. */
  readonly reconciled: (step: Exclude<ReconcileStep['step'], 'touch' | 'nothing'>) => void
  /** What became of asking Alertmanager for its alerts at an instant (epoch milliseconds). */
  readonly reconciliationEnded: (result: ReconciliationResult, askedAt: number) => void
}

/** The engine's surroundings, wired once by the composition root. */
export type EngineDeps = {
  readonly settings: EngineSettings
  readonly ledger: Ledger
  readonly containers: ContainerPort
  /** `null`: no Prometheus is configured. */
  readonly metrics: MetricsPort | null
  /** What Alertmanager holds; `null`: no Alertmanager is configured. */
  readonly alerts: AlertsPort | null
  readonly probes: ProbePort
  readonly runbooks: RunbookPort
  /** Names of the configured ways to reach people. */
  readonly receivers: readonly string[]
  readonly clock: Clock
  readonly log: Log
  readonly observer: EngineObserver
  /** Called after escalations were enqueued. */
  readonly escalationsChanged: () => void
  /** Lets others have their turn between two slices of long work; default: everything that waits gets one. */
  readonly breathe?: () => Promise<void>
  /** A value that no other call has returned, for proposals. */
  readonly newId: () => string
}
