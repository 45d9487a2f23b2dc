import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureCompose } from '../tools/provision/compose.ts'
import { ensureDemoImages } from '../tools/provision/demo-images.ts'
import { findRunningEngine, startPlainEngine } from '../tools/provision/engine.ts'
import { readEngineRecords } from '../tools/provision/engine-record.ts'
import { stopAbandonedEngines } from '../tools/provision/engine-stop.ts'
import { openProject, type Project } from './project.ts'
import { secretsFolder } from './secrets.ts'

/** A Docker engine to run the demo on. */
export type DemoEngine = {
  /** Address, as in DOCKER_HOST. */
  readonly host: string
  /** Whether it was started for the demo; then `stop` stops it, else it does nothing. */
  readonly isOurs: boolean
  readonly stop: () => Promise<void>
}

const engineName = 'demo'

/** Returns the engine that the user runs, or starts one. */
export async function provideEngine(): Promise<DemoEngine> {
  const running = await findRunningEngine()
  if (running !== undefined) return { host: running, isOurs: false, stop: async () => {} }
  const started = await startPlainEngine({ name: engineName })
  return { host: started.host, isOurs: true, stop: () => started.stop() }
}

/** Returns the engine that an earlier run may have left the demo on; stopping it stops only one that was started for it. */
export async function findKeptEngine(): Promise<DemoEngine | undefined> {
  const kept = (await readEngineRecords()).find(({ name }) => name === engineName)
  if (kept !== undefined)
    return { host: `unix://${join(kept.runFolder, 'docker.sock')}`, isOurs: true, stop: stopAbandonedEngines }
  const running = await findRunningEngine()
  return running === undefined ? undefined : { host: running, isOurs: false, stop: async () => {} }
}

/** Gives the engine the images, and returns the demo's project on it, with `variables` for its compose file. */
export async function provideProject(host: string, variables: Readonly<Record<string, string>>): Promise<Project> {
  const images = await ensureDemoImages(host)
  const socket = host.replace(/^unix:\/\//, '')
  return openProject(await ensureCompose(), host, {
    ...images,
    ...variables,
    ...secretVariables,
    SELFHEAL_DEMO_CONFIG: join(secretsFolder, 'selfheal.yml'),
    SELFHEAL_DEMO_SOCKET: socket,
    SELFHEAL_DEMO_SOCKET_GROUP: String((await stat(socket)).gid),
  })
}

/** Returns the demo's project on an engine as far as it takes to remove it. */
export async function findProject(host: string): Promise<Project> {
  return openProject(await ensureCompose(), host, secretVariables)
}

const secretVariables = { SELFHEAL_DEMO_SECRETS: secretsFolder }
