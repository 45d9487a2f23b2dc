/** Waits until a container that was started is seen running. */
import { setTimeout as sleep } from 'node:timers/promises'
import { DockerError } from './docker-error.ts'
import type { EngineClient } from './engine-client.ts'
import type { Inspection } from './inspection.ts'
import type { Step } from './step.ts'

/** What is waited for, and how long. */
export type Awaited = {
  readonly client: Pick<EngineClient, 'inspect'>
  /** The container as it was before. */
  readonly before: Inspection
  /** What was done, in words: `started` or `restarted`. */
  readonly verb: string
  readonly timeoutMs: number
  /** How long it must go on running after it was first seen so; default is not at all. */
  readonly steadyMs?: number
  readonly signal: AbortSignal
}

const POLL_MS = 100

/**
 * Docker has said yes; done means that the container runs with a start time of its own, and runs on for `steadyMs`. A container
 * that ended again or does not run in time has failed; when Docker cannot be asked, it is unknown.
 */
export async function seeRunning({ client, before, verb, timeoutMs, steadyMs = 0, signal }: Awaited): Promise<Step> {
  const what = `${before.name} was ${verb}`
  const timeIsUp = AbortSignal.timeout(timeoutMs)
  try {
    while (!timeIsUp.aborted) {
      const now = await client.inspect(before, signal)
      const step = judge(before, now, verb)
      if (step?.status === 'done') return (await seeEnd({ client, before, verb, signal }, now, steadyMs)) ?? step
      if (step !== null) return step
      await sleep(POLL_MS, undefined, { signal })
    }
  } catch (error) {
    if (error instanceof DockerError && error.code === 'not-found')
      return { status: 'failed', detail: `${what} but is gone` }
    const because = error instanceof Error ? error.message : String(error)
    return { status: 'unknown', detail: `${what} but cannot be seen: ${because}` }
  }
  return { status: 'failed', detail: `${what} but was not seen running within ${timeoutMs} ms` }
}

/** Watches a container that runs for a while; `null` when it ran on. */
async function seeEnd(
  { client, before, verb, signal }: Omit<Awaited, 'timeoutMs'>,
  running: Inspection,
  steadyMs: number,
): Promise<Step | null> {
  const { name, startedAt } = running
  for (let leftMs = steadyMs; leftMs > 0; leftMs -= POLL_MS) {
    await sleep(Math.min(POLL_MS, leftMs), undefined, { signal })
    const now = await client.inspect(before, signal)
    if (now.state === 'running' && now.startedAt === startedAt) continue
    const detail = `${name} was ${verb} at ${startedAt} but ended again: exit code ${now.exitCode}, now ${now.state}`
    return { status: 'failed', detail }
  }
  return null
}

function judge(before: Inspection, now: Inspection, verb: string): Step | null {
  const { name, state, startedAt, exitCode, startError } = now
  if (startedAt === before.startedAt) return null
  if (state === 'running') return { status: 'done', detail: `${name} was ${verb} and runs since ${startedAt}` }
  if (state !== 'exited' && state !== 'dead') return null
  const because = startError === '' ? `exit code ${exitCode}` : startError
  return { status: 'failed', detail: `${name} was ${verb} at ${startedAt} but ended again: ${because}` }
}
