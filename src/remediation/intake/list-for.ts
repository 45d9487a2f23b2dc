/** Lists the containers that alerts may be about. Each container is a call to the engine: the others are not looked at. */
import type { Episode } from '../../alert/episode.ts'
import type { Lineage } from '../../authoring/index.ts'
import { AdapterError } from '../../lib/adapter-error.ts'
import type { EngineDeps } from '../deps.ts'
import type { Container, Named } from '../ports.ts'
import { mayMean } from '../routing/resolve.ts'
import { route } from '../routing/route.ts'

/** Containers, or why they cannot be listed. */
export type Listing = {
  readonly containers: readonly Container[] | AdapterError
  /** Whether everything that these alerts may be about is in it, as alerts are routed now. */
  readonly covers: (episodes: readonly Episode[]) => boolean
}

/** What listing needs. */
export type ListDeps = Pick<EngineDeps, 'containers' | 'runbooks' | 'settings'>

const isRouted = ({ runbooks, settings }: ListDeps, { labels }: Episode): boolean =>
  route(labels, runbooks.list(), settings).runbook !== null

const lineagesOf = (deps: ListDeps, episodes: readonly Episode[], named: readonly Named[]): ReadonlySet<Lineage> => {
  const all = new Set<Lineage>()
  for (const { labels } of episodes) {
    const routed = route(labels, deps.runbooks.list(), deps.settings)
    if (routed.runbook === null) continue
    const meant = mayMean(labels, { target: routed.target, named }) ?? named.map(({ lineage }) => lineage)
    for (const lineage of meant) all.add(lineage)
  }
  return all
}

const faultOrThrow = (error: unknown): AdapterError => {
  if (error instanceof AdapterError) return error
  throw error
}

/** Lists every container: all alerts are covered. A fault of the engine is a value. */
export async function listAll(deps: Pick<ListDeps, 'containers'>, signal: AbortSignal): Promise<Listing> {
  return { containers: await deps.containers.list(signal).catch(faultOrThrow), covers: () => true }
}

/**
 * Lists what these alerts may be about; asks nobody when none of them has a runbook. A fault of the engine is a value. A
 * reload may route alerts elsewhere while it lists: whoever decides asks `covers` directly before.
 */
export async function listFor(deps: ListDeps, episodes: readonly Episode[], signal: AbortSignal): Promise<Listing> {
  if (!episodes.some((episode) => isRouted(deps, episode))) {
    return { containers: [], covers: (others) => !others.some((episode) => isRouted(deps, episode)) }
  }
  let covers: Listing['covers'] = () => true
  const whose = (named: readonly Named[]): ReadonlySet<Lineage> => {
    const listed = lineagesOf(deps, episodes, named)
    covers = (others) => [...lineagesOf(deps, others, named)].every((lineage) => listed.has(lineage))
    return listed
  }
  const containers = await deps.containers.list(signal, whose).catch(faultOrThrow)
  return { containers, covers: containers instanceof AdapterError ? () => true : covers }
}
