import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, type ProcessIdentity } from './process-identity.ts'

const mountPoint = '/sys/fs/cgroup'

/** The processes in a control group and in those below it: all that ever ran in an engine's containers. */
export function processesInControlGroup(name: string): ProcessIdentity[] {
  const pids = foldersOf(name)
    .flatMap(withSubfolders)
    .flatMap((folder) => readLines(join(folder, 'cgroup.procs')))
  return [...new Set(pids)].flatMap((pid) => identify(Number(pid)) ?? [])
}

/** Removes a control group with those below it; the kernel refuses while a process lives there, so this tries for 2 s. */
export async function removeControlGroup(name: string): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const folders = foldersOf(name).flatMap(withSubfolders).reverse()
    if (folders.length === 0) return
    for (const folder of folders) {
      try {
        rmdirSync(folder)
      } catch {
        // busy for a moment after its last process ended
      }
    }
    await sleep(50)
  }
}

/** Version 1 has a tree per controller, version 2 a single one. */
function foldersOf(name: string): string[] {
  const trees = readdirSync(mountPoint).map((entry) => join(mountPoint, entry))
  return [mountPoint, ...trees].map((tree) => join(tree, name)).filter((folder) => existsSync(folder))
}

function withSubfolders(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [folder, ...below.flatMap((entry) => withSubfolders(join(folder, entry.name)))]
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  } catch {
    return []
  }
}
