/** Observe: the containers of a lineage as values that runbooks and guards read. */
import type { Lineage, Observation, Target } from '../authoring/index.ts'
import type { ContainerFacts } from '../guard/facts.ts'
import type { Container } from './ports.ts'

/** The target with its replicas ordered by name. `containers` are the replicas of that lineage. */
export function toTarget(lineage: Lineage, containers: readonly Container[]): Target {
  const [engine = '', project = '', ...service] = lineage.split('/')
  const replicas = containers
    .map((container) => container.replica)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return { lineage, engine, project, service: service.join('/'), replicas }
}

/** What author code receives. `parameters` are those that the runbook has read. */
export function toObservation(
  target: Target,
  { labels, annotations, parameters }: Pick<Observation, 'labels' | 'annotations' | 'parameters'>,
  now: number,
): Observation {
  return { at: new Date(now).toISOString(), target, labels, annotations, parameters }
}

/** What guards ask of a container. */
export function toContainerFacts(container: Container): ContainerFacts {
  const { replica, isOptedIn, protectedBecause, mode, exitCause } = container
  return { name: replica.name, state: replica.state, isOptedIn, protectedBecause, mode, exitCause }
}
