/** Resolve: labels to lineage. The first label that is present decides; there is no fall-through to the next. */
import type { Container } from './ports.ts'

type Labels = Readonly<Record<string, string>>

/** The one target that a label set means, or why there is none. */
export type Resolution =
  | { readonly kind: 'target'; readonly lineage: string; readonly containers: readonly Container[] }
  | { readonly kind: 'none'; readonly reason: 'no-target' | 'ambiguous-target'; readonly detail: string }

type Selector = (containers: readonly Container[], value: string, context: Context) => readonly Container[]
type Context = { readonly labels: Labels; readonly firedAt: number }

const composeService = 'container_label_com_docker_compose_service'
const composeProject = 'container_label_com_docker_compose_project'

const byService: Selector = (containers, value) => containers.filter((container) => container.service === value)

const byName: Selector = (containers, value) => {
  const named = containers.filter((container) => container.replica.name === value)
  return named.length > 0 ? named : byService(containers, value, { labels: {}, firedAt: 0 })
}

/** The host of `host:port`, `[v6]:port`, or a whole address as black-box probes label it, in lower case. */
export function hostOf(instance: string): string {
  const withoutScheme = instance.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
  const authority = (/^[^/?#]*/.exec(withoutScheme)?.[0] ?? '').replace(/^.*@/, '')
  const bracketed = /^\[([^\]]*)\]/.exec(authority)
  const host = bracketed?.[1] ?? (authority.split(':').length > 2 ? authority : authority.replace(/:\d+$/, ''))
  return host.toLowerCase()
}

const byInstance: Selector = (containers, value, { firedAt }) => {
  const host = hostOf(value)
  // Containers that do not run have an empty address: no host must not mean all of them.
  if (host === '') return []
  return containers
    .filter((container) => container.createdAt < firedAt)
    .filter(({ hostnames, replica }) =>
      [...hostnames, ...Object.values(replica.addresses)].some((name) => name.toLowerCase() === host),
    )
}

const selectors: readonly (readonly [label: string, select: Selector])[] = [
  ['selfheal_target', (containers, value) => containers.filter((container) => container.lineage === value)],
  ['container_label_com_docker_swarm_service_name', byService],
  [
    composeService,
    (containers, value, { labels }) =>
      containers.filter(
        (container) =>
          container.service === value && (labels[composeProject] || container.project) === container.project,
      ),
  ],
  ['container', byName],
  ['name', byName],
  ['service', byService],
  ['instance', byInstance],
  ['job', byService],
]

/**
 * Finds the target that an alert names.
 * `firedAt` (epoch milliseconds) keeps a container that was created after the alert from being taken for its cause.
 */
export function resolve(labels: Labels, firedAt: number, containers: readonly Container[]): Resolution {
  const present = selectors.find(([label]) => (labels[label] ?? '') !== '')
  if (present === undefined) {
    const names = selectors.map(([label]) => label).join(', ')
    return { kind: 'none', reason: 'no-target', detail: `the alert has none of the labels ${names}` }
  }
  const [label, select] = present
  const value = labels[label] ?? ''
  const replicas = containers.filter((container) => container.isReplica)
  const lineages = [
    ...new Set(select(replicas, value, { labels, firedAt }).map((container) => container.lineage)),
  ].sort()
  const said = `${label}=${JSON.stringify(value.slice(0, 200))}`
  const lineage = lineages[0]
  if (lineage === undefined) return { kind: 'none', reason: 'no-target', detail: `${said} names no container` }
  if (lineages.length > 1) {
    const detail = `${said} names ${lineages.length} targets: ${lineages.slice(0, 5).join(', ')}`
    return { kind: 'none', reason: 'ambiguous-target', detail }
  }
  return { kind: 'target', lineage, containers: replicas.filter((container) => container.lineage === lineage) }
}
