/**
 * Resolve: labels to lineage. The first label that is present decides; there is no fall-through to the next. A route may
 * say by a template how its alerts name their target; then no other label counts.
 */
import { fillTemplate, type LabelTemplate } from '../../alert/label-template.ts'
import type { Container, Named } from '../ports.ts'

type Labels = Readonly<Record<string, string>>

/** The one target that a label set means, or why there is none. */
export type Resolution =
  | { readonly kind: 'target'; readonly lineage: string; readonly containers: readonly Container[] }
  | { readonly kind: 'none'; readonly reason: 'no-target' | 'ambiguous-target'; readonly detail: string }

type Select = (containers: readonly Container[], value: string, context: Context) => readonly Container[]
type Context = { readonly labels: Labels; readonly firedAt: number }

type Selector = {
  readonly select: Select
  /** Whether it may select a container of such a name; `null`: names do not tell. */
  readonly mayMean: ((named: Named, value: string, labels: Labels) => boolean) | null
}

const composeService = 'container_label_com_docker_compose_service'
const composeProject = 'container_label_com_docker_compose_project'

const withoutSlash = (name: string): string => name.replace(/^\//, '')

const isLineage = (value: string): boolean => (value.match(/\//g)?.length ?? 0) >= 2

const byService: Selector = {
  select: (containers, value) => containers.filter((container) => container.service === value),
  mayMean: ({ service }, value) => service === value,
}

const byComposeService: Selector = {
  select: (containers, value, { labels }) =>
    containers.filter(
      (container) => container.service === value && (labels[composeProject] || container.project) === container.project,
    ),
  mayMean: ({ service, project }, value, labels) =>
    service === value && (labels[composeProject] || project) === project,
}

const byLineage: Selector = {
  select: (containers, value) => containers.filter((container) => container.lineage === value),
  mayMean: ({ lineage }, value) => lineage === value,
}

/** Docker's API, and with it Prometheus' service discovery, writes names of containers with a slash before them. */
const byName: Selector = {
  select: (containers, value, context) => {
    const name = withoutSlash(value)
    const named = containers.filter((container) => container.replica.name === name)
    return named.length > 0 ? named : byService.select(containers, name, context)
  },
  mayMean: ({ name, service }, value) => [name, service].includes(withoutSlash(value)),
}

/** Two slashes make a lineage; else it is the name of a container, else of a service. */
const byTemplate: Selector = {
  select: (containers, value, context) => (isLineage(value) ? byLineage : byName).select(containers, value, context),
  mayMean: (named, value, labels) => (isLineage(value) ? byLineage : byName).mayMean?.(named, value, labels) ?? true,
}

/** The host of `host:port`, `[v6]:port`, or a whole address as black-box probes label it, in lower case. */
export function hostOf(instance: string): string {
  const withoutScheme = instance.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
  const authority = (/^[^/?#]*/.exec(withoutScheme)?.[0] ?? '').replace(/^.*@/, '')
  const bracketed = /^\[([^\]]*)\]/.exec(authority)
  const host = bracketed?.[1] ?? (authority.split(':').length > 2 ? authority : authority.replace(/:\d+$/, ''))
  return host.toLowerCase()
}

const byInstance: Selector = {
  select: (containers, value, { firedAt }) => {
    const host = hostOf(value)
    // Containers that do not run have an empty address: no host must not mean all of them.
    if (host === '') return []
    return containers
      .filter((container) => container.createdAt < firedAt)
      .filter(({ hostnames, replica }) =>
        [...hostnames, ...Object.values(replica.addresses)].some((name) => name.toLowerCase() === host),
      )
  },
  mayMean: null,
}

const selectors: readonly (readonly [label: string, select: Selector])[] = [
  ['selfheal_target', byLineage],
  ['container_label_com_docker_swarm_service_name', byService],
  [composeService, byComposeService],
  ['container', byName],
  ['name', byName],
  ['service', byService],
  ['instance', byInstance],
  ['job', byService],
]

/** What an alert is looked up in, and how. */
export type Surroundings = {
  /** Epoch milliseconds; a container that was created after the alert is not taken for its cause by its address. */
  readonly firedAt: number
  readonly containers: readonly Container[]
  /** How a route says that its alerts name their target; `null`: by the labels that every alert may carry. */
  readonly target: LabelTemplate | null
}

type Name = { readonly said: string; readonly value: string; readonly selector: Selector }

const none = (reason: 'no-target' | 'ambiguous-target', detail: string): Resolution => ({
  kind: 'none',
  reason,
  detail,
})

const byPresentLabel = (labels: Labels): Name | string => {
  const present = selectors.find(([label]) => (labels[label] ?? '') !== '')
  if (present === undefined) {
    return `the alert has none of the labels ${selectors.map(([label]) => label).join(', ')}`
  }
  const [label, selector] = present
  const value = labels[label] ?? ''
  return { said: `${label}=${JSON.stringify(value.slice(0, 200))}`, value, selector }
}

const byRoute = (target: LabelTemplate, labels: Labels): Name | string => {
  const filled = fillTemplate(target, labels)
  if (!filled.ok) {
    return `the route's target ${JSON.stringify(target.text)} needs the label ${filled.missing}, which the alert has not`
  }
  const { value } = filled
  return { said: `the route's target ${JSON.stringify(value.slice(0, 200))}`, value, selector: byTemplate }
}

const byLabelsOrRoute = (labels: Labels, target: LabelTemplate | null): Name | string =>
  target === null ? byPresentLabel(labels) : byRoute(target, labels)

/**
 * The lineages that an alert may mean, by names alone: `resolve` comes to the same end with their containers only as with all
 * that there are. `null`: names do not tell.
 */
export function mayMean(
  labels: Labels,
  { target, named }: Pick<Surroundings, 'target'> & { readonly named: readonly Named[] },
): ReadonlySet<string> | null {
  const said = byLabelsOrRoute(labels, target)
  if (typeof said === 'string') return new Set()
  const { selector, value } = said
  const { mayMean: isMeant } = selector
  if (isMeant === null) return null
  return new Set(named.filter((one) => isMeant(one, value, labels)).map(({ lineage }) => lineage))
}

/** Finds the one target that an alert names, among the replicas of the containers that are given. */
export function resolve(labels: Labels, { firedAt, containers, target }: Surroundings): Resolution {
  const named = byLabelsOrRoute(labels, target)
  if (typeof named === 'string') return none('no-target', named)
  const { said, value, selector } = named
  const replicas = containers.filter((container) => container.isReplica)
  const lineages = [
    ...new Set(selector.select(replicas, value, { labels, firedAt }).map(({ lineage }) => lineage)),
  ].sort()
  const lineage = lineages[0]
  if (lineage === undefined) return none('no-target', `${said} names no container`)
  if (lineages.length > 1) {
    return none('ambiguous-target', `${said} names ${lineages.length} targets: ${lineages.slice(0, 5).join(', ')}`)
  }
  return { kind: 'target', lineage, containers: replicas.filter((container) => container.lineage === lineage) }
}
