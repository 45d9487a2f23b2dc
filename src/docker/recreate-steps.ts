/**
 * Replaces one container by a new one of the same image and configuration.
 *
 *   create a draft -> connect it -> stop the old one -> no restart policy for it -> it gives up its name -> the draft takes it
 *   -> start -> seen running -> the old one is removed
 *
 * The old one is stopped before the new one starts, so that published ports, fixed addresses and volumes never have two users.
 * Whatever goes wrong is put right by looking at what is there (`putRight`), never by undoing from memory.
 */
import type { EngineClient } from './engine-client.ts'
import type { Inspection } from './inspection.ts'
import type { OwnActs } from './own-acts.ts'
import type { Description, RecreateCalls } from './recreate-calls.ts'
import { draftNameOf, keptNameOf } from './recreate-name.ts'
import type { Recovery } from './recreate-recovery.ts'
import { type CreateSpec, toCreateSpec } from './recreate-spec.ts'
import { seeRunning } from './see-running.ts'
import type { Sighting } from './snapshot.ts'
import { type Step, stepOfError } from './step.ts'
import { stopOurs } from './stop-ours.ts'

/** What replacing works with. */
export type ReplaceParts = {
  readonly client: EngineClient
  readonly acts: Pick<OwnActs, 'begin' | 'end'>
  readonly recovery: Pick<Recovery, 'begin' | 'putRight' | 'unseen'>
  /** How long the new container may take to be seen running. */
  readonly timeoutMs: number
  /** How long it must go on running before the old one is given up. */
  readonly steadyMs: number
}

const NO_RESTART = { Name: 'no', MaximumRetryCount: 0 }

/** Replaces the container of the sighting; never throws. */
export async function replaceOne(parts: ReplaceParts, { inspection }: Sighting, signal: AbortSignal): Promise<Step> {
  const end = parts.recovery.begin(inspection.id)
  let isSettled = false
  try {
    const step = await replace(parts, inspection, signal)
    isSettled = step.isSettled
    return step
  } finally {
    end(isSettled)
  }
}

/** `isSettled`: nothing is left to be put right later. */
type Settled = Step & { readonly isSettled: boolean }

async function replace(parts: ReplaceParts, old: Inspection, signal: AbortSignal): Promise<Settled> {
  const { client, timeoutMs, steadyMs } = parts
  try {
    const { answer } = await client.describe(old, signal)
    const spec = toCreateSpec(answer, await chooseImage(client, old, signal))
    const id = await createDraft(client, { old, spec }, signal)
    if (typeof id !== 'string') return id
    const fresh = await completeDraft(client, { old, spec, id }, signal)
    await changeOver(parts, { old, fresh }, signal)
    await client.start(fresh, signal)
    const before = { ...fresh, name: old.name }
    const seen = await seeRunning({ client, before, verb: 're-created', timeoutMs, steadyMs, signal })
    if (seen.status !== 'done') return putRight(parts, { old, step: seen, hasFailed: seen.status === 'failed' }, signal)
    return removeKept(parts, { old, seen }, signal)
  } catch (error) {
    return putRight(parts, { old, step: stepOfError(error) }, signal)
  }
}

type Draft = { readonly old: Inspection; readonly spec: CreateSpec }

/** Returns its id. Where Docker says no, nothing was made: a draft that is there is the work of another program. */
async function createDraft(
  client: Pick<RecreateCalls, 'create'>,
  { old, spec }: Draft,
  signal: AbortSignal,
): Promise<string | Settled> {
  try {
    return await client.create(draftNameOf(old), spec.body, signal)
  } catch (error) {
    const { status, detail } = stepOfError(error)
    if (status === 'unknown') throw error
    return { status, detail: `${old.name} was not re-created (${detail}): nothing was done`, isSettled: true }
  }
}

/** A container of the same image id and configuration, in all networks of the old one, which is as it was. */
async function completeDraft(
  client: RecreateCalls,
  { old, spec, id }: Draft & { readonly id: string },
  signal: AbortSignal,
): Promise<Inspection> {
  const { inspection }: Description = await client.describe({ id, name: draftNameOf(old) }, signal)
  if (inspection.imageId !== old.imageId)
    throw new Error(`the image ${old.image} was moved meanwhile: it is no longer ${old.imageId}`)
  for (const network of spec.networks) await client.connect(inspection, network, signal)
  return inspection
}

/** By its reference, which people and Compose read, as long as that means the image that runs; else by its id. */
async function chooseImage(
  client: RecreateCalls,
  { image, imageId }: Inspection,
  signal: AbortSignal,
): Promise<string> {
  if (image === '' || image === imageId) return imageId
  return (await client.imageIdOf(image, signal)) === imageId ? image : imageId
}

async function changeOver(
  { client, acts, recovery }: ReplaceParts,
  { old, fresh }: { readonly old: Inspection; readonly fresh: Inspection },
  signal: AbortSignal,
): Promise<void> {
  await stopOurs({ client, acts }, old, signal)
  if (old.restartPolicy !== 'no') await client.setRestartPolicy(old, NO_RESTART, signal)
  await recovery.unseen(async () => {
    await client.rename(old, keptNameOf(old), signal)
    await client.rename(fresh, old.name, signal)
  })
}

async function removeKept(
  { client }: ReplaceParts,
  { old, seen }: { readonly old: Inspection; readonly seen: Step },
  signal: AbortSignal,
): Promise<Settled> {
  const name = keptNameOf(old)
  try {
    await client.remove({ id: old.id, name }, signal)
    return { ...seen, isSettled: true }
  } catch (error) {
    const detail = `${seen.detail}; the old container is still there as ${name}: ${stepOfError(error).detail}`
    return { status: 'done', detail, isSettled: false }
  }
}

async function putRight(
  { recovery }: ReplaceParts,
  { old, step, hasFailed = false }: { readonly old: Inspection; readonly step: Step; readonly hasFailed?: boolean },
  signal: AbortSignal,
): Promise<Settled> {
  const what = `${old.name} was not re-created (${step.detail})`
  const later = `what was begun is put right as soon as Docker answers; by hand: ${byHand(old)}`
  if (signal.aborted) return { status: 'unknown', detail: `${what}: ${later}`, isSettled: false }
  try {
    const { status, detail } = await recovery.putRight({ oldId: old.id, hasFailed }, signal)
    if (status === 'replaced') return { status: 'done', detail: `${detail} (${step.detail})`, isSettled: true }
    if (status === 'stopping') return { status: 'unknown', detail: `${what}: ${detail}; ${later}`, isSettled: false }
    return { status: 'failed', detail: `${what}: ${detail}`, isSettled: true }
  } catch (error) {
    const { status, detail } = stepOfError(error)
    return { status, detail: `${what}, nor put right (${detail}): ${later}`, isSettled: false }
  }
}

function byHand(old: Inspection): string {
  return `if ${old.name} does not run, rename ${keptNameOf(old)} to ${old.name} and start it`
}
