/** Puts a replacement right that did not come to its end: carries out what `decideRecovery` says. */
import { DockerError } from './docker-error.ts'
import type { EngineClient } from './engine-client.ts'
import type { ExitJournal } from './exit-journal.ts'
import type { OwnActs } from './own-acts.ts'
import { type Description, restartPolicyOf } from './recreate-calls.ts'
import { decideRecovery, type Remains } from './recreate-decision.ts'
import type { Gate } from './recreate-gate.ts'
import { draftNameOf } from './recreate-name.ts'
import { type Found, findRemains } from './recreate-remains.ts'
import { seeRunning } from './see-running.ts'
import { BROKEN_OFF_MS, stopOurs } from './stop-ours.ts'
import { stopMs } from './stop-time.ts'

/** What putting right works with. */
export type PutRightParts = {
  readonly client: EngineClient
  readonly acts: Pick<OwnActs, 'begin' | 'end'>
  readonly timeoutMs: number
  readonly now: () => number
  readonly journal: Pick<ExitJournal, 'killedAt'>
  readonly unseen: Gate['unseen']
}

/**
 * What came of it. `as-before`: the old container is what it was before; `replaced`: the new one stands in its place;
 * `broken`: neither, and the detail says what a person has to do; `stopping`: nothing yet, as the engine is still stopping one
 * of the two.
 */
export type PutRight = { readonly status: 'as-before' | 'replaced' | 'broken' | 'stopping'; readonly detail: string }

/** The replacement to be put right. */
export type Unfinished = {
  readonly oldId: string
  /** The new container was seen to end again. */
  readonly hasFailed: boolean
}

/** Looks what is there of the replacement, and puts it right. Throws `DockerError`. */
export async function putRight(parts: PutRightParts, unfinished: Unfinished, signal: AbortSignal): Promise<PutRight> {
  const { client, timeoutMs } = parts
  const found = await findRemains(client, { listed: await client.list(signal), ...unfinished }, signal)
  if (found === null) return { status: 'as-before', detail: 'nothing was left of it' }
  const { name } = found.remains
  if (isStopping(parts, found.remains)) return { status: 'stopping', detail: `${name} is still being stopped` }
  const decision = decideRecovery(found.remains, timeoutMs)
  switch (decision.kind) {
    case 'nothing':
      return { status: 'as-before', detail: 'nothing was left of it' }
    case 'remove-draft': {
      const ran = decision.isStarted ? await startAgain(parts, found, signal) : null
      await removeIfFound(client, found.fresh, signal)
      return ran ?? { status: 'as-before', detail: found.old === null ? `${name} is gone` : unchanged(found.old) }
    }
    case 'bring-back': {
      const ran = await bringBack(parts, found, { isStarted: decision.isStarted, signal })
      await removeIfFound(client, found.fresh, signal)
      return ran
    }
    case 'adopt':
      if (found.fresh !== null) await client.rename(found.fresh.inspection, name, signal)
      await removeIfFound(client, found.old, signal)
      return { status: 'replaced', detail: `somebody has started the new container of ${name}: it has its name now` }
    case 'finish':
      await removeIfFound(client, found.old, signal)
      return { status: 'replaced', detail: `${name} was re-created and runs; the old container was removed` }
    case 'leave':
      return { status: 'broken', detail: decision.because }
  }
}

/**
 * A stop goes on at the engine when its caller is no more. What is decided before it has ended would be decided by a container
 * that seems to run: the draft that says that the old one has to run again, or the kept one itself, would be given up.
 */
function isStopping({ journal, now }: PutRightParts, { old, fresh }: Remains): boolean {
  return [old, fresh].some((one) => {
    if (one === null || fresh === null || !one.isNamed || one.inspection.state !== 'running') return false
    const killedAt = journal.killedAt(one.inspection.id)
    if (killedAt === null || killedAt < Date.parse(fresh.inspection.createdAt)) return false
    return now() < killedAt + stopMs(one.inspection.stopTimeoutSeconds) + BROKEN_OFF_MS
  })
}

function unchanged({ inspection: { name, state } }: Description): string {
  return `the old container of ${name} is there as it was (${state})`
}

async function bringBack(
  parts: PutRightParts,
  found: Found,
  { isStarted, signal }: { readonly isStarted: boolean; readonly signal: AbortSignal },
): Promise<PutRight> {
  const { client } = parts
  const { old, fresh } = found
  const { name } = found.remains
  if (old === null || fresh === null) return { status: 'broken', detail: `${name} is gone` }
  if (['running', 'restarting', 'paused'].includes(fresh.inspection.state))
    await stopOurs(parts, fresh.inspection, signal)
  await parts.unseen(async () => {
    if (fresh.inspection.name === name)
      await client.rename(fresh.inspection, draftNameOf({ id: old.inspection.id, name }), signal)
    await restorePolicy(parts, { old, fresh }, signal)
    await client.rename(old.inspection, name, signal)
  })
  return isStarted
    ? startAgain(parts, { ...found, old: { ...old, inspection: { ...old.inspection, name } } }, signal)
    : { status: 'as-before', detail: `the old container of ${name} has its name again and is ${old.inspection.state}` }
}

async function startAgain(parts: PutRightParts, { old, fresh }: Found, signal: AbortSignal): Promise<PutRight> {
  if (old === null || fresh === null) return { status: 'broken', detail: 'the old container is gone' }
  const { client, timeoutMs } = parts
  const before = old.inspection
  const person = `start ${before.name} by hand`
  await restorePolicy(parts, { old, fresh }, signal)
  try {
    await client.start(before, signal)
  } catch (error) {
    if (!(error instanceof DockerError) || error.mayHaveTakenEffect) throw error
    return { status: 'broken', detail: `the old container is back but does not start: ${error.message}; ${person}` }
  }
  const seen = await seeRunning({ client, before, verb: 'brought back', timeoutMs, signal })
  return seen.status === 'done'
    ? { status: 'as-before', detail: `the old container was brought back: ${seen.detail}` }
    : { status: 'broken', detail: `${seen.detail}; ${person}` }
}

/** The new container has the policy that the old one had. */
async function restorePolicy(
  { client }: PutRightParts,
  { old, fresh }: { readonly old: Description; readonly fresh: Description },
  signal: AbortSignal,
): Promise<void> {
  const wanted = restartPolicyOf(fresh)
  if (JSON.stringify(wanted) === JSON.stringify(restartPolicyOf(old))) return
  await client.setRestartPolicy(old.inspection, wanted, signal)
}

async function removeIfFound(client: EngineClient, found: Description | null, signal: AbortSignal): Promise<void> {
  if (found !== null) await client.remove(found.inspection, signal)
}
