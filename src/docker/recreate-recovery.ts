/** Remembers which replacements did not come to their end, and puts them right as soon as the engine lets it. */
import type { Lineage } from '../authoring/index.ts'
import type { DockerLog } from './docker-log.ts'
import { identify } from './lineage.ts'
import type { ListedContainer } from './listing.ts'
import { longestMs } from './recreate-decision.ts'
import { createGate, type Gate } from './recreate-gate.ts'
import { type PutRight, type PutRightParts, putRight, type Unfinished } from './recreate-put-right.ts'
import { findLeftovers, findRemains, type Leftover } from './recreate-remains.ts'

/** What recovering works with. */
export type RecoveryParts = Omit<PutRightParts, 'unseen'> & {
  /** Name of the engine. */
  readonly engine: string
  readonly log: DockerLog
  /** Ids of containers that an earlier run of this program was acting on when it ended. */
  readonly earlier: readonly string[]
}

/** Replacements that did not come to their end, and the gate that keeps looks out of the middle of one. */
export type Recovery = Gate & {
  /** Notes that the container with this id is being replaced; the returned function notes that this has ended. */
  readonly begin: (oldId: string) => (isSettled: boolean) => void
  /** Puts the replacement right at once. Throws `DockerError`. */
  readonly putRight: (unfinished: Unfinished, signal: AbortSignal) => Promise<PutRight>
  /** Puts right what is known to be ours and unfinished, as far as the engine lets it; never throws. */
  readonly run: (signal: AbortSignal) => Promise<void>
  /**
   * Puts right whatever is left of replacements in the lineage, as far as it can be. `null`: the way is free; else who is at work
   * there, in words. Throws `DockerError`.
   */
  readonly clear: (lineage: Lineage, signal: AbortSignal) => Promise<string | null>
  /** Takes what the engine has listed last. */
  readonly note: (listed: readonly ListedContainer[]) => void
  /** Whether the last list showed nothing that is left of replacements in the lineage. */
  readonly isClear: (lineage: Lineage) => boolean
}

/** A replacement that cannot be put right is tried again this often, then left to a person. */
const MOST_TRIES = 10

/** Makes the memory. */
export function createRecovery(parts: RecoveryParts): Recovery {
  const { client, engine, now, log, timeoutMs } = parts
  const ours = new Set(parts.earlier)
  const active = new Set<string>()
  const pending = new Map<string, number>([...ours].map((id) => [id, 0]))
  const gate = createGate()
  let running: Promise<void> | null = null
  let left: ReadonlySet<Lineage> = new Set()

  const lineageOf = ({ container: { labels }, naming: { name } }: Leftover) =>
    identify(engine, { name, labels }).lineage

  const settle = async (unfinished: Unfinished, signal: AbortSignal): Promise<PutRight> => {
    const { oldId } = unfinished
    try {
      const result = await putRight({ ...parts, unseen: gate.unseen }, unfinished, signal)
      if (result.status === 'stopping') {
        if (!pending.has(oldId)) pending.set(oldId, 0)
        return result
      }
      pending.delete(oldId)
      log.info({ container: oldId, status: result.status, detail: result.detail }, 'docker replacement put right')
      return result
    } catch (error) {
      const tries = (pending.get(oldId) ?? 0) + 1
      if (tries < MOST_TRIES) pending.set(oldId, tries)
      else pending.delete(oldId)
      log.warn({ err: error, container: oldId, tries }, 'docker replacement not put right')
      throw error
    }
  }

  const runOnce = async (signal: AbortSignal) => {
    const leftovers = findLeftovers(await client.list(signal))
    for (const oldId of [...pending.keys()]) {
      if (active.has(oldId)) continue
      if (leftovers.some((leftover) => leftover.oldId === oldId)) await settle({ oldId, hasFailed: false }, signal)
      else pending.delete(oldId)
    }
  }

  const isYoung = async (listed: readonly ListedContainer[], oldId: string, signal: AbortSignal) => {
    const found = await findRemains(client, { listed, oldId }, signal)
    if (!found?.fresh || !found.old) return false
    return now() - Date.parse(found.fresh.inspection.createdAt) < longestMs(found.old.inspection, timeoutMs)
  }

  return {
    begin: (oldId) => {
      ours.add(oldId)
      active.add(oldId)
      return (isSettled) => {
        active.delete(oldId)
        if (!isSettled) pending.set(oldId, 0)
      }
    },
    putRight: settle,
    run: async (signal) => {
      if (pending.size === 0) return
      running ??= runOnce(signal)
        .catch(() => {})
        .finally(() => {
          running = null
        })
      await running
    },
    clear: async (lineage, signal) => {
      const listed = await client.list(signal)
      for (const leftover of findLeftovers(listed)) {
        const { naming, oldId } = leftover
        if (lineageOf(leftover) !== lineage) continue
        if (active.has(oldId)) return `${naming.name} is being re-created`
        if (!ours.has(oldId) && (await isYoung(listed, oldId, signal)))
          return `another program seems to be re-creating ${naming.name}`
        const { status, detail } = await settle({ oldId, hasFailed: false }, signal)
        if (status === 'stopping') return detail
      }
      return null
    },
    isClear: (lineage) => !left.has(lineage),
    note: (listed) => {
      left = new Set(findLeftovers(listed).map(lineageOf))
    },
    ...gate,
  }
}
