import { existsSync, readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { ensureBusybox } from './busybox.ts'
import { runCommand } from './command.ts'
import { endProcesses, processesInNamespace } from './process-identity.ts'

/**
 * Makes a network namespace of its own, with nothing but its loopback device, bound to `file`. Nothing in it reaches
 * the host's network, and nothing that an engine does to interfaces and packet filters in it is seen outside.
 */
export async function createNetworkNamespace(file: string): Promise<void> {
  const busybox = await ensureBusybox()
  await writeFile(file, '')
  await runCommand('unshare', [`--net=${file}`, busybox, 'ip', 'link', 'set', 'lo', 'up'])
}

/** Ends whatever still runs in the namespace, then removes it; nothing happens when there is none. */
export async function removeNetworkNamespace(file: string): Promise<void> {
  if (isMounted(file)) {
    await endProcesses(processesInNamespace(file), 5_000)
    await runCommand('umount', [file])
  }
  if (existsSync(file)) await rm(file)
}

/** Puts a command into the namespace: the arguments of `nsenter`, which becomes that command (same process). */
export function insideNamespace(file: string, command: readonly string[]): string[] {
  return ['nsenter', `--net=${file}`, ...command]
}

/** Whether something is mounted at that very path. */
export function isMounted(path: string): boolean {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === path)
}
