/**
 * What a runbook sees of the world: plain values, frozen in time.
 *
 * - target:   what is to be healed, named by its lineage `engine/project/service`, never by a container id
 * - replica:  one container of the target's service
 * - observation: the target and the alerts on it, as they were at one instant
 */

/** Lineage of a target: `engine/project/service`, for example `local/shop/web`; the project is `_` where there is none. */
export type Lineage = string

/** Docker's container states, as `docker inspect` names them. */
export type ReplicaState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

/** Result of Docker's own health check; `none` where the container has no health check. */
export type ReplicaHealth = 'none' | 'starting' | 'healthy' | 'unhealthy'

/** Docker's restart policies. */
export type RestartPolicy = 'no' | 'always' | 'unless-stopped' | 'on-failure'

/** One container of a service. One-off runs, `--rm` containers and completed jobs are never replicas. */
export type Replica = {
  /** Full container id: good for preconditions, never for history. */
  readonly id: string
  /** Container name without the leading slash. */
  readonly name: string
  readonly state: ReplicaState
  readonly health: ReplicaHealth
  /**
   * RFC 3339, when the newest health check that has ended was begun; `null` when none has. A verdict from before
   * `startedAt` is left over from an earlier run.
   */
  readonly healthCheckedAt: string | null
  /** RFC 3339; `null` when it was never started. */
  readonly startedAt: string | null
  /** RFC 3339; `null` while it has not finished since its creation. */
  readonly finishedAt: string | null
  readonly exitCode: number
  readonly oomKilled: boolean
  /** How often Docker's restart policy has restarted it. */
  readonly restartCount: number
  readonly restartPolicy: RestartPolicy
  /** Image reference that it was created from. */
  readonly image: string
  /** Image id (`sha256:...`). */
  readonly imageId: string
  /** Network name to IP address; empty while it is not running. */
  readonly addresses: Readonly<Record<string, string>>
}

/** What is to be healed, with its replicas as they were observed, ordered by name. */
export type Target = {
  readonly lineage: Lineage
  readonly engine: string
  /** Compose project, or `_`. */
  readonly project: string
  readonly service: string
  readonly replicas: readonly Replica[]
}

/** Values by which a runbook can be tuned from the configuration, by name. */
export type Parameters = Readonly<Record<string, string | number | boolean>>

/** What `plan` and `when` receive: everything that a runbook may base a decision on. */
export type Observation<Labels = Readonly<Record<string, string>>, Tuning = Parameters> = {
  /** RFC 3339, the instant at which the target was observed. */
  readonly at: string
  readonly target: Target
  /** Labels of the alert that opened the incident, validated by the runbook's label contract. Hostile input. */
  readonly labels: Labels
  /** Annotations of that alert. Hostile input. */
  readonly annotations: Readonly<Record<string, string>>
  /** The runbook's parameters, all of them: the route's value, else the default. Not from the alert. */
  readonly parameters: Tuning
}
