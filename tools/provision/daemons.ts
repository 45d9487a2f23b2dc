import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'
import { identify, type ProcessIdentity, processesInNamespace } from './process-identity.ts'

const engineProgram = /^(dockerd|docker-|containerd)/

/**
 * The engine's daemons (dockerd, containerd, shims, proxies) that were started with a path below `folder` as an argument.
 * It must be a folder that one run made for itself under a random name, so that nobody else's process can be meant.
 */
export function daemonsWithArgument(folder: string): ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => engineProgram.test(executableOf(name)))
    .filter((name) => argumentsOf(name).some((argument) => argument.includes(`${folder}/`)))
    .flatMap((name) => identify(Number(name)) ?? [])
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

function executableOf(pid: string): string {
  try {
    return basename(readlinkSync(`/proc/${pid}/exe`))
  } catch {
    return ''
  }
}

/** The engine's daemons, anybody's, that share this process' network namespace. */
export function daemonsOnThisNetwork(): { readonly pid: number; readonly name: string }[] {
  return processesInNamespace('/proc/self/ns/net')
    .map(({ pid }) => ({ pid, name: executableOf(String(pid)) }))
    .filter(({ name }) => engineProgram.test(name))
}
