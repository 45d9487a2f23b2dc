/** What guards look at: plain values, gathered directly before the decision. Instants are epoch milliseconds. */
import type { ReplicaState } from '../authoring/index.ts'
import type { Budget, MaintenanceWindow } from '../config/settings.ts'
import type { Attempt, Mode } from '../incident/record.ts'
import type { Granted } from './approval.ts'
import type { Pause } from './pause.ts'
import type { Verdict } from './verdict.ts'

/** One container of the target, as far as guards ask. */
export type ContainerFacts = {
  readonly name: string
  readonly state: ReplicaState
  readonly isOptedIn: boolean
  readonly protectedBecause: string | null
  /** The container's own mode label. */
  readonly mode: Mode | null
  /** Why it is not running; `null` while it runs. */
  readonly exitCause: 'crash' | 'person' | 'ours' | 'unknown' | null
}

/** Everything that the guards may base a verdict on. */
export type GuardFacts = {
  readonly now: number
  /** Mode by configuration: the route's, else the global one. */
  readonly mode: Mode
  /** No setting raises the mode above this. */
  readonly ceiling: Mode
  readonly containers: readonly ContainerFacts[]
  readonly budgets: readonly Budget[]
  readonly cooldownMs: number
  /** The incident that asks, and the rung that it would climb. */
  readonly incident: number | null
  readonly rung: number
  /** The runbook that would climb it; `null` for a plan that belongs to no incident. */
  readonly runbook: string | null
  /** The incident was given a cooldown to wait for, and has waited. */
  readonly hasCooled: boolean
  /** Attempts on the lineage within the longest budget window, by any runbook. */
  readonly attempts: readonly Attempt[]
  /** Reopenings of the target's incidents within the last 24 h. */
  readonly reopened: number
  readonly reopenLimit: number
  /** No alert of the incident fires, and Alertmanager holds at least one of them as silenced or inhibited. */
  readonly isSilenced: boolean
  /** A person has approved exactly what is proposed; default: nobody has. */
  readonly approval?: Granted | null
  /** Pauses that concern the target. */
  readonly pauses: readonly Pause[]
  /** Maintenance windows that speak of the target or of its alert, whenever they are. */
  readonly maintenance: readonly MaintenanceWindow[]
}

/** A guard: a pure function of the facts. Its name is that of its metric label and of its documentation. */
export type Guard = {
  readonly name: string
  readonly judge: (facts: GuardFacts) => Verdict
}
