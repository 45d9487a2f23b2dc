import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../lock.mjs'
import { cacheFolder } from '../parts.mjs'
import { processesInControlGroup, removeControlGroup } from './control-group.ts'
import { daemonsWithArgument } from './daemons.ts'
import { type EngineRecord, engineFolder, readEngineRecords, runtimeFolders } from './engine-record.ts'
import { restoreHostNetwork } from './host-network.ts'
import { removeNetworkNamespace } from './network-namespace.ts'
import { endProcesses, isAlive, type ProcessIdentity, signalProcess, waitForEnd } from './process-identity.ts'
import { say } from './say.ts'

/**
 * Ends one engine and all that belongs to it, found by recorded process, control group and namespace, never by name:
 * its containers, dockerd, containerd and the shims; then its namespace, and its data unless that is kept.
 */
export async function stopEngine(record: EngineRecord): Promise<void> {
  for (const one of processesInControlGroup(record.cgroup)) signalProcess(one, 'SIGKILL')
  const daemons = daemonsWithArgument(record.runFolder) // containerd and its shims name their socket, which is below it
  if (record.dockerd) await endProcesses([record.dockerd], 20_000)
  for (const one of processesInControlGroup(record.cgroup)) signalProcess(one, 'SIGKILL')
  await endRest([...daemons, ...daemonsWithArgument(record.runFolder)])
  if (record.namespace !== undefined) await removeNetworkNamespace(record.namespace)
  if (record.hostNetwork) await restoreHostNetwork(record.hostNetwork)
  await removeControlGroup(record.cgroup)
  const ownFolders = runtimeFolders.filter((folder) => !record.foundFolders.includes(folder))
  for (const folder of ownFolders) await removeIfUnused(folder)
  await rm(record.runFolder, { recursive: true, force: true })
  const folder = engineFolder(record.name)
  await rm(record.keepData ? join(folder, 'engine.json') : folder, { recursive: true, force: true })
}

/** Stops those engines (default: all of this checkout) whose run is gone: it was killed before it could, or left them. */
export async function stopAbandonedEngines(isMeant: (record: EngineRecord) => boolean = () => true): Promise<void> {
  await withLock(join(cacheFolder, 'engines.lock'), async () => {
    for (const record of await readEngineRecords()) {
      if (isAlive(record.owner) || !isMeant(record)) continue
      say(`stopping the engine ${record.name} of a run that has ended`)
      await stopEngine(record)
    }
  })
}

async function endRest(daemons: readonly ProcessIdentity[]): Promise<void> {
  if (await waitForEnd(daemons, 3_000)) return
  await endProcesses(daemons, 2_000)
}

async function removeIfUnused(folder: string): Promise<void> {
  try {
    if ((await readdir(folder)).length === 0) await rmdir(folder)
  } catch {
    // there is none, or another engine began to use it in this moment
  }
}
