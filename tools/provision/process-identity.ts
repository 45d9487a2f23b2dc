import { readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process, told apart from a later one that got the same id by the moment that it started (kernel clock ticks). */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: string
}

/** Returns the identity of a running process; undefined when there is none with that id. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may contain anything
    const [state = 'X'] = fields
    const startTicks = fields[19]
    return startTicks === undefined || state === 'Z' || state === 'X' ? undefined : { pid, startTicks }
  } catch {
    return undefined
  }
}

/** Whether that very process still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks
}

/** Signals the process unless it has ended, or its id belongs to another by now. */
export function signalProcess(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(target)) return
  try {
    process.kill(target.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Waits until all of them have ended; false when one still runs after `timeoutMs`. */
export async function waitForEnd(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (processes.some(isAlive)) {
    if (performance.now() > deadline) return false
    await sleep(20)
  }
  return true
}

/** Asks processes to end with SIGTERM, ends those that still run after `graceMs`, and waits until they are gone. */
export async function endProcesses(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  for (const one of processes) signalProcess(one, 'SIGTERM')
  if (await waitForEnd(processes, graceMs)) return
  for (const one of processes) signalProcess(one, 'SIGKILL')
  await waitForEnd(processes, 5_000)
}

/** The processes that live in a network namespace, which is given as the file that it is bound to. */
export function processesInNamespace(namespaceFile: string): ProcessIdentity[] {
  const { ino, dev } = statSync(namespaceFile)
  return runningProcesses().filter(({ pid }) => {
    try {
      const namespace = statSync(`/proc/${pid}/ns/net`)
      return namespace.ino === ino && namespace.dev === dev
    } catch {
      return false
    }
  })
}

function runningProcesses(): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => identify(Number(name)) ?? [])
}
