/** Finds what is there of a replacement: the old container, the new one, and who has the right name. */

import { DockerError } from './docker-error.ts'
import type { ListedContainer } from './listing.ts'
import type { Labels } from './opt-in.ts'
import type { Description, RecreateCalls } from './recreate-calls.ts'
import type { Remains } from './recreate-decision.ts'
import { RAN_LABEL, REPLACES_LABEL, type ReplacementName, readReplacementName } from './recreate-name.ts'

/** A draft or kept container that the engine has listed. */
export type Leftover = { readonly container: ListedContainer; readonly naming: ReplacementName; readonly oldId: string }

/** What is there, with everything that the engine says of the two containers. */
export type Found = {
  readonly remains: Remains
  readonly old: Description | null
  readonly fresh: Description | null
}

/** Whose replacement is sought, and what is known of it already. */
export type Sought = {
  readonly listed: readonly ListedContainer[]
  readonly oldId: string
  /** The new container was seen to end again. */
  readonly hasFailed?: boolean
}

/** The draft and kept containers of a list. */
export function findLeftovers(listed: readonly ListedContainer[]): readonly Leftover[] {
  return listed.flatMap((container) => {
    const naming = readReplacementName(container)
    if (naming === null) return []
    const oldId = naming.part === 'kept' ? container.id : (container.labels[REPLACES_LABEL] ?? '')
    return [{ container, naming, oldId }]
  })
}

/**
 * Looks at what is there of the replacement of the container with this id; `null` when neither a draft nor a kept container is.
 * Throws `DockerError`.
 */
export async function findRemains(
  calls: Pick<RecreateCalls, 'describe'>,
  { listed, oldId, hasFailed = false }: Sought,
  signal: AbortSignal,
): Promise<Found | null> {
  const parts = findLeftovers(listed).filter((leftover) => leftover.oldId === oldId)
  const name = parts[0]?.naming.name
  if (name === undefined) return null
  const named = listed.find((one) => one.name === name)
  const freshListed = parts.find(({ naming }) => naming.part === 'draft')?.container ?? replacer(named, oldId)
  const oldListed = listed.find(({ id }) => id === oldId)
  const old = oldListed === undefined ? null : await describeIfThere(calls, oldListed, signal)
  const fresh = freshListed === undefined ? null : await describeIfThere(calls, freshListed, signal)
  const labels: Labels = fresh?.inspection.labels ?? {}
  const remains: Remains = {
    name,
    old: old === null ? null : { inspection: old.inspection, isNamed: old.inspection.name === name },
    fresh: fresh === null ? null : { inspection: fresh.inspection, isNamed: fresh.inspection.name === name },
    hasFailed,
    ran: labels[RAN_LABEL] === 'true',
    isNameTaken: named !== undefined && named.id !== oldListed?.id && named.id !== freshListed?.id,
  }
  return { remains, old, fresh }
}

function replacer(named: ListedContainer | undefined, oldId: string): ListedContainer | undefined {
  return named?.labels[REPLACES_LABEL] === oldId ? named : undefined
}

async function describeIfThere(
  { describe }: Pick<RecreateCalls, 'describe'>,
  listed: ListedContainer,
  signal: AbortSignal,
): Promise<Description | null> {
  try {
    return await describe(listed, signal)
  } catch (error) {
    if (error instanceof DockerError && error.code === 'not-found') return null
    throw error
  }
}
