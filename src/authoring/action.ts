/**
 * Actions: values that describe one effect on containers.
 *
 * An action is absolute and carries its preconditions: which containers, as they were when the action was proposed.
 * The adapter that performs it checks the preconditions first; one that fails is a refusal (`target-changed`).
 */
import type { Lineage, Replica, Target } from './observation.ts'

/** A container as it was when the action was proposed. */
export type ContainerRef = {
  readonly id: string
  readonly name: string
  /** The action holds only while the container's start time is still this one (`null`: never started). */
  readonly ifStartedAt: string | null
}

/** Starts containers that are not running. A container that runs by then is left alone. */
export type StartAction = {
  readonly kind: 'start'
  readonly target: Lineage
  readonly containers: readonly ContainerRef[]
}

/** How several replicas are restarted: all at once, or one after the other, each seen running before the next. */
export type RestartStrategy = 'all' | 'rolling'

/** Restarts containers with each one's own stop timeout; one that is not running is started. */
export type RestartAction = {
  readonly kind: 'restart'
  readonly target: Lineage
  readonly strategy: RestartStrategy
  readonly containers: readonly ContainerRef[]
}

/**
 * Replaces containers, one after the other, by new ones of the same image and configuration: a fresh writable layer; volumes
 * (anonymous ones, too), networks, names and labels stay.
 */
export type RecreateAction = {
  readonly kind: 'recreate'
  readonly target: Lineage
  readonly containers: readonly ContainerRef[]
}

/** Closed union of everything that the engine can do to a target. */
export type Action = StartAction | RestartAction | RecreateAction

/** The kinds of `Action`, in the order of the documentation. */
export const actionKinds = ['start', 'restart', 'recreate'] as const satisfies readonly Action['kind'][]

const refer = (replica: Replica): ContainerRef => ({
  id: replica.id,
  name: replica.name,
  ifStartedAt: replica.startedAt,
})

/** Proposes to start every replica of the target that is not running (`created`, `exited` or `dead`). */
export function start(target: Target): StartAction {
  const stopped = target.replicas.filter((replica) => ['created', 'exited', 'dead'].includes(replica.state))
  return { kind: 'start', target: target.lineage, containers: stopped.map(refer) }
}

/** Proposes to restart every replica of the target, one after the other unless `strategy` is `all`. */
export function restart(target: Target, options: { readonly strategy?: RestartStrategy } = {}): RestartAction {
  return {
    kind: 'restart',
    target: target.lineage,
    strategy: options.strategy ?? 'rolling',
    containers: target.replicas.map(refer),
  }
}

/** Proposes to replace every replica of the target by a new container of the same image and configuration. */
export function recreate(target: Target): RecreateAction {
  return { kind: 'recreate', target: target.lineage, containers: target.replicas.map(refer) }
}
