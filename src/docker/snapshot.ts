/** The engine's containers as they are now: list, inspect what is wanted, say who is protected and who ended what. */
import type { Container } from '../remediation/ports.ts'
import { viewContainer } from './container-view.ts'
import { DockerError } from './docker-error.ts'
import type { EngineClient } from './engine-client.ts'
import type { EventWatcher } from './event-watcher.ts'
import { causeOfExit, isOfLastRun } from './exit-cause.ts'
import type { ExitJournal } from './exit-journal.ts'
import type { Inspection } from './inspection.ts'
import type { ListedContainer } from './listing.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { groupByNamespace } from './network-namespace.ts'
import type { OptIn } from './opt-in.ts'
import { findProtections, type ProtectionRules } from './protection.ts'
import { readReplacementName } from './recreate-name.ts'
import type { Recovery } from './recreate-recovery.ts'

/** A container as selfheal's engine sees it, together with what Docker said. */
export type Sighting = { readonly container: Container; readonly inspection: Inspection }

/** What a snapshot is made with. */
export type SnapshotParts = {
  readonly engine: string
  readonly client: Pick<EngineClient, 'list' | 'inspect'>
  readonly journal: Pick<ExitJournal, 'deathOf'>
  readonly watcher: Pick<EventWatcher, 'settle'>
  readonly recovery: Pick<Recovery, 'run' | 'looking' | 'note'>
  readonly optIn: OptIn
  readonly rules: ProtectionRules
  readonly now: () => number
}

/**
 * Looks at the containers that are chosen from all that the engine lists. Drafts and kept containers of a replacement are never
 * among them. Throws `DockerError`.
 */
export type TakeSnapshot = (choose: Choose, signal: AbortSignal) => Promise<readonly Sighting[]>

/** Which of the listed containers are wanted. */
export type Choose = (listed: readonly ListedContainer[]) => readonly ListedContainer[]

const INSPECTIONS_AT_A_TIME = 8
/** A container that ended this recently may be ahead of its own event. */
const FRESH_EXIT_MS = 5000
const EVENT_DELAY_MS = 500

/** Makes the function that looks. Each look lists once and inspects the wanted containers and those that share a namespace with them. */
export function createSnapshot(parts: SnapshotParts): TakeSnapshot {
  const { engine, client, journal, watcher, recovery, optIn, rules, now } = parts

  const waitsForEvent = (inspection: Inspection) => {
    if (inspection.state !== 'exited' || inspection.startError !== '' || inspection.finishedAt === null) return false
    if (now() - Date.parse(inspection.finishedAt) > FRESH_EXIT_MS) return false
    const death = journal.deathOf(inspection.id)
    return death === undefined || !isOfLastRun(inspection, death)
  }

  return async (choose, signal) => {
    await recovery.run(signal)
    const { listed, wanted, inspected } = await recovery.looking(() => lookAt(client, { choose, recovery, signal }))
    const protections = findProtections({ listed, inspected }, rules)
    await watcher.settle(() => !inspected.some(waitsForEvent), EVENT_DELAY_MS, signal)
    const ids = new Set([...wanted].map(({ id }) => id))
    return inspected
      .filter(({ id }) => ids.has(id))
      .map((inspection) => {
        const exitCause = causeOfExit(inspection, journal.deathOf(inspection.id))
        const protectedBecause = protections.get(inspection.id) ?? null
        return { inspection, container: viewContainer(inspection, { engine, optIn, protectedBecause, exitCause }) }
      })
      .sort((a, b) => (a.inspection.name < b.inspection.name ? -1 : 1))
  }
}

type Looking = { readonly choose: Choose; readonly recovery: Pick<Recovery, 'note'>; readonly signal: AbortSignal }

async function lookAt(client: SnapshotParts['client'], { choose, recovery, signal }: Looking) {
  const listed = await client.list(signal)
  recovery.note(listed)
  const wanted = new Set(choose(listed.filter((one) => readReplacementName(one) === null)))
  const related = groupByNamespace(listed).filter((group) => group.some((one) => wanted.has(one)))
  const chosen = [...new Set([...wanted, ...related.flat()])]
  const found = await mapConcurrently(chosen, INSPECTIONS_AT_A_TIME, (one) => inspectIfThere(client, one, signal))
  return { listed, wanted, inspected: found.filter((one) => one !== null) }
}

/** `null` when the container went away between the list and the inspection. */
async function inspectIfThere(
  client: Pick<EngineClient, 'inspect'>,
  listed: ListedContainer,
  signal: AbortSignal,
): Promise<Inspection | null> {
  try {
    return await client.inspect(listed, signal)
  } catch (error) {
    if (error instanceof DockerError && error.code === 'not-found') return null
    throw error
  }
}
