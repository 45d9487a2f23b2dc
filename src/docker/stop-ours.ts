/** Stops a container and notes that it was our doing. */
import type { EngineClient } from './engine-client.ts'
import type { Inspection } from './inspection.ts'
import type { OwnActs } from './own-acts.ts'
import { stepOfError } from './step.ts'
import { stopMs } from './stop-time.ts'

/** How long Docker may go on with a call that broke off, beyond the container's stop timeout. */
export const BROKEN_OFF_MS = 10_000

/** What stopping works with. */
export type StopParts = {
  readonly client: Pick<EngineClient, 'stop'>
  readonly acts: Pick<OwnActs, 'begin' | 'end'>
}

/** Stops the container with its own stop timeout; a container that does not run is left alone. Throws `DockerError`. */
export async function stopOurs({ client, acts }: StopParts, subject: Inspection, signal: AbortSignal): Promise<void> {
  const act = acts.begin(subject.id)
  try {
    await client.stop(subject, signal)
    acts.end(act, 0)
  } catch (error) {
    const graceMs = stepOfError(error).status === 'unknown' ? stopMs(subject.stopTimeoutSeconds) + BROKEN_OFF_MS : 0
    acts.end(act, graceMs)
    throw error
  }
}
