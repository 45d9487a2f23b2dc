import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../parts.mjs'
import type { HostNetwork } from './host-network.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** What is written down about an engine that we started, so that a later run can clean up after a killed one. */
export interface EngineRecord {
  readonly name: string
  /** The run that started it, and is to stop it. */
  readonly owner: ProcessIdentity
  readonly dockerd?: ProcessIdentity
  /** Socket, pid file, namespace: a short path, because a socket's may have 107 bytes. */
  readonly runFolder: string
  /** A file that holds a network namespace of its own; absent for an engine on the host's network. */
  readonly namespace?: string
  readonly cgroup: string
  /** Those of dockerd's own folders in /run that were there before, and stay. */
  readonly foundFolders: readonly string[]
  /** Whether images and containers outlive a stop. */
  readonly keepData: boolean
  /** What the host's network was like before, for an engine that shares it. */
  readonly hostNetwork?: HostNetwork
}

/** Paths that are compiled into dockerd and the shims; each engine makes them again when it needs them. */
export const runtimeFolders: readonly string[] = [
  '/run/containerd/s',
  '/run/containerd',
  '/run/docker/plugins',
  '/run/docker',
]

const enginesFolder = join(cacheFolder, 'engines')

/** The folder with an engine's data and record. */
export function engineFolder(name: string): string {
  return join(enginesFolder, name)
}

/** Writes the record down before, and again after, the engine is started. */
export async function writeEngineRecord(record: EngineRecord): Promise<void> {
  await mkdir(engineFolder(record.name), { recursive: true })
  await writeFile(join(engineFolder(record.name), 'engine.json'), `${JSON.stringify(record, null, 2)}\n`)
}

/** The records of all engines that were started in this checkout and not stopped in order. */
export async function readEngineRecords(): Promise<EngineRecord[]> {
  await mkdir(enginesFolder, { recursive: true })
  const names = await readdir(enginesFolder)
  const records = await Promise.all(names.map(readEngineRecord))
  return records.filter((record) => record !== undefined)
}

async function readEngineRecord(name: string): Promise<EngineRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(engineFolder(name), 'engine.json'), 'utf8'))
  } catch {
    return undefined
  }
}
