/**
 * What to do with a replacement that did not come to its end, decided from what is there. Pure.
 *
 * Until the new container has been started the old one is brought back, and afterwards the new one stands, unless it ended again
 * at once. What somebody else has changed meanwhile stays as they left it.
 *
 * | the old one is     | the new one is               | then                                                               |
 * |--------------------|------------------------------|--------------------------------------------------------------------|
 * | under its own name | a draft                      | the draft is removed; the old one is started if we had stopped it   |
 * | kept               | a draft                      | the old one gets its name, policy and run back; the draft is removed |
 * | kept               | named, never started         | as above                                                           |
 * | kept               | named, and ended at once     | as above                                                           |
 * | kept               | named, and runs or has run   | the kept one is removed                                            |
 * | kept               | gone, or the name is another's | left to a person                                                 |
 * | gone               | a draft                      | the draft is removed                                               |
 * | gone or kept       | a draft that somebody started | it gets the right name; the kept one is removed                    |
 */
import type { Inspection } from './inspection.ts'
import { stopMs } from './stop-time.ts'

/** What is there of a replacement. */
export type Remains = {
  /** The container's right name. */
  readonly name: string
  /** The old container and whether it still has its right name; `null` when it is gone. */
  readonly old: { readonly inspection: Inspection; readonly isNamed: boolean } | null
  /** The new container and whether it has the right name already; `null` when it is gone. */
  readonly fresh: { readonly inspection: Inspection; readonly isNamed: boolean } | null
  /** The new container was seen to end again, whatever it does now: its restart policy may have started it anew. */
  readonly hasFailed: boolean
  /** The old container ran when it was to be replaced. */
  readonly ran: boolean
  /** The right name belongs to a container that is neither of the two. */
  readonly isNameTaken: boolean
}

/** What is to be done. */
export type RecoveryDecision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'remove-draft'; readonly isStarted: boolean }
  | { readonly kind: 'bring-back'; readonly isStarted: boolean }
  | { readonly kind: 'adopt' }
  | { readonly kind: 'finish' }
  | { readonly kind: 'leave'; readonly because: string }

/** Calls of a replacement beside those that connect networks. */
const CALLS = 10

/** Decides; `timeoutMs` is the longest time of one call, by which an end of our own doing is told from a later one. */
export function decideRecovery(remains: Remains, timeoutMs: number): RecoveryDecision {
  const { old, fresh, isNameTaken, name } = remains
  if (fresh !== null && !fresh.isNamed && isUp(fresh.inspection)) {
    const other = isNameTaken || old?.isNamed === true
    return other
      ? { kind: 'leave', because: `somebody has started ${fresh.inspection.name} beside ${name}` }
      : { kind: 'adopt' }
  }
  if (old === null)
    return fresh === null || fresh.isNamed ? { kind: 'nothing' } : { kind: 'remove-draft', isStarted: false }
  const mayStart =
    fresh !== null && remains.ran && !isUp(old.inspection) && endedSoon(old.inspection, remains, timeoutMs)
  if (old.isNamed) return fresh === null ? { kind: 'nothing' } : { kind: 'remove-draft', isStarted: mayStart }
  if (fresh === null) {
    const because = isNameTaken ? 'another container has its name' : `the one that replaced it was removed meanwhile`
    return { kind: 'leave', because: `${because}, and the old one is kept as ${old.inspection.name}` }
  }
  if (!fresh.isNamed && isNameTaken)
    return {
      kind: 'leave',
      because: `another container has the name ${name}, and the old one is kept as ${old.inspection.name}`,
    }
  const stands = fresh.isNamed && fresh.inspection.startedAt !== null
  if (stands && !remains.hasFailed && (isUp(fresh.inspection) || !endedSoon(fresh.inspection, remains, timeoutMs)))
    return { kind: 'finish' }
  return { kind: 'bring-back', isStarted: mayStart }
}

function isUp({ state }: Inspection): boolean {
  return state === 'running' || state === 'paused'
}

/** Whether the container last ended within the time that a replacement may take since the new one was created. */
function endedSoon({ state, finishedAt }: Inspection, { fresh, old }: Remains, timeoutMs: number): boolean {
  if (state === 'restarting') return true
  if (fresh === null || old === null || finishedAt === null) return false
  const sinceCreatedMs = Date.parse(finishedAt) - Date.parse(fresh.inspection.createdAt)
  return sinceCreatedMs >= 0 && sinceCreatedMs <= longestMs(old.inspection, timeoutMs)
}

/** The longest time that one replacement may take, in milliseconds. */
export function longestMs({ attachments, stopTimeoutSeconds }: Inspection, timeoutMs: number): number {
  return (CALLS + attachments.length) * timeoutMs + 2 * stopMs(stopTimeoutSeconds)
}
