/** Who ended a container: decided from what `inspect` says of it and from the death that the journal saw, if any. */
import type { ExitCause } from '../remediation/ports.ts'
import type { Death, Kill } from './exit-journal.ts'
import type { Inspection } from './inspection.ts'
import { signalNumber } from './signal-number.ts'

/** What `inspect` says that matters here. */
export type Ended = Pick<
  Inspection,
  | 'state'
  | 'startedAt'
  | 'exitCode'
  | 'oomKilled'
  | 'startError'
  | 'restartPolicy'
  | 'stopSignal'
  | 'stopTimeoutSeconds'
>

const SIGKILL = 9
const SIGTERM = 15
/** How much longer than its stop timeout a stopped container may take to be reported dead. */
const GRACE_MS = 5000

/**
 * Who ended the container; `null` while it runs or is paused.
 *
 * A death after a kill that was not ours is a person's doing (or another program's: the engine names no client), one without
 * is a crash. A kill counts only when it explains the death: see `explains`. Where no death was seen, see `guess`.
 */
export function causeOfExit(ended: Ended, death: Death | undefined): ExitCause | null {
  if (ended.state === 'running' || ended.state === 'paused') return null
  if (ended.state === 'created') return ended.startError === '' ? 'unknown' : 'crash'
  if (death === undefined || !isOfLastRun(ended, death)) return guess(ended)
  const deliberate = death.kills.filter((kill) => explains(kill, death, ended))
  const doers = [...deliberate, ...(death.stop === null ? [] : [death.stop])]
  if (doers.some((doer) => !doer.isOurs)) return 'person'
  if (doers.length > 0) return 'ours'
  return death.isAttested ? 'crash' : guess(ended)
}

/** Whether the journal has the death of the container's last run. */
export function isOfLastRun({ startedAt, exitCode }: Pick<Ended, 'startedAt' | 'exitCode'>, death: Death): boolean {
  const isAfterStart = startedAt === null || death.at >= Date.parse(startedAt)
  return isAfterStart && (death.exitCode === null || death.exitCode === exitCode)
}

/**
 * A signal need not end a process: HUP or USR1 tell many to reload. It explains the death when it is
 * - KILL, which nothing survives;
 * - the container's own stop signal, and the death came within the stop timeout, whatever the exit code;
 * - another signal, the death came as soon, and the exit code is 0 or the signal's own.
 */
function explains({ signal, at }: Kill, death: Death, ended: Ended): boolean {
  const { startedAt, stopTimeoutSeconds, stopSignal } = ended
  if (startedAt !== null && at < Date.parse(startedAt)) return false
  if (signal === SIGKILL) return true
  const isSoon = stopTimeoutSeconds < 0 || death.at - at <= stopTimeoutSeconds * 1000 + GRACE_MS
  if (!isSoon) return false
  if (signal === null || signal === (signalNumber(stopSignal) ?? SIGTERM)) return true
  return death.exitCode === null || death.exitCode === 0 || death.exitCode === 128 + signal
}

/**
 * Without a seen death: Docker itself restarts what ended under `always` or `unless-stopped`, so there somebody stopped it.
 * Under the other policies it cannot be known, but for what Docker says outright: out of memory, or its own failure to start it.
 */
function guess({ state, startError, restartPolicy, oomKilled }: Ended): ExitCause {
  if (state === 'restarting') return 'crash'
  if (state === 'removing') return 'person'
  if (startError !== '') return 'crash'
  if (restartPolicy === 'always' || restartPolicy === 'unless-stopped') return 'person'
  return oomKilled ? 'crash' : 'unknown'
}
