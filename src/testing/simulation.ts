/**
 * What an author says of a simulated world, and the account of what the engine did in it.
 *
 * - fault: what is wrong with the service until an action takes it away
 * - well:  the fault is gone, and every replica runs and has had the time that it takes to be ready
 */
import type { Action, Parameters } from '../authoring/index.ts'
import type { TestAlert } from '../authoring/testing.ts'
import type { Attempt, IncidentReason, Outcome } from '../incident/record.ts'

/** How the service is at one instant, for functions that answer as Prometheus or a probe would. */
export type ServiceState = {
  /** Every replica runs. */
  readonly isRunning: boolean
  readonly isWell: boolean
  /** Milliseconds since when it is well; 0 while it is not. A rate over 2 minutes is clean after 120,000 of them. */
  readonly wellForMs: number
  /** Milliseconds since the alert was sent. */
  readonly elapsedMs: number
  /** What was done so far, in order. */
  readonly actions: readonly Action[]
}

/** How the service behaves. */
export type World = {
  /** `local/PROJECT/SERVICE`; default: the alert's `selfheal_target`, else `local/shop/` and its label `service`, else `web`. */
  readonly target?: string
  /** How many replicas there are; default 1. */
  readonly replicas?: number
  /** `down`: the replicas have ended, and end again at every start. `sick`: they run and are not well. Default `sick`. */
  readonly fault?: 'down' | 'sick'
  /** What takes the fault away, of every replica that it touches. */
  readonly curedBy: Action['kind'] | 'nothing' | ((action: Action, done: readonly Action[]) => boolean)
  /** Time from the start of a replica until it is ready; default `2s`. */
  readonly readyAfter?: string
  /** Whether the replicas have a Docker health check, which says what `isWell` says, every 5 s; default: no. */
  readonly healthCheck?: boolean
  /**
   * Answers a query of the runbook: a number, several for several series, or `null` for no data. Default: no data, with
   * which no query proves anything.
   */
  readonly metric?: (expr: string, state: ServiceState) => number | readonly number[] | null
  /** Answers a probe: a status, or `null` for no answer. Default: 200 while the service is well, else no answer. */
  readonly probe?: (url: string, state: ServiceState) => number | null
  /** How long the alert fires on after the service is well, as `keep_firing_for` and ranges make it; default `15s`. */
  readonly alertLasts?: string
}

/** What is simulated. */
export type Simulation = {
  /** The alert that fires; `selfheal_target` is added to its labels, as which container it means is not simulated. */
  readonly alert: TestAlert
  /** Parameters that a route would set. */
  readonly parameters?: Parameters
  readonly world: World
}

/** One climb of one rung. */
export type SimulatedAttempt = {
  readonly rung: string
  readonly actions: readonly Action[]
  /** `pending` only where the run is unsettled. */
  readonly proof: Attempt['proof']
  /** What each check said before the act and at the end of the proof. */
  readonly evidence: readonly {
    readonly check: string
    readonly before: string | null
    readonly after: string | null
  }[]
  /** Milliseconds of virtual time from the reservation to the settled proof. */
  readonly tookMs: number
}

/** What happened, as an incident tells it. */
export type SimulatedRun = {
  /** How the incident ended, or `escalated`; `unsettled`: neither came within a day. */
  readonly outcome: Outcome | 'escalated' | 'unsettled'
  /** Why it escalated. */
  readonly reason: IncidentReason | null
  readonly attempts: readonly SimulatedAttempt[]
  /** What people were told; `null` when they were not. */
  readonly escalation: { readonly severity: string; readonly summary: string } | null
  /** Everything in order; `afterMs` is the virtual time since the alert. */
  readonly timeline: readonly { readonly afterMs: number; readonly kind: string; readonly text: string }[]
  /** Milliseconds of virtual time from the alert to the end. */
  readonly tookMs: number
  /** Whether the service was well in the end, whatever the engine says. */
  readonly isWell: boolean
}
