import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PartName, partsOf } from '../parts.mjs'
import { ensureAlertmanager } from '../provision/alertmanager.ts'
import { buildBaseImage } from '../provision/base-image.ts'
import { type Engine, startPrivateEngine } from '../provision/engine.ts'
import { ensurePrometheus } from '../provision/prometheus.ts'

/** What the tests of a run share: real parts, and a private engine in a network of its own. */
export interface RealWorld {
  /** The network that the tests are to be run in; undefined: the host's, for an engine that the user named. */
  readonly namespace: string | undefined
  /** Environment variables that tell test/support/real about the parts. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends all that runs in it and takes it away. */
  stop(): Promise<void>
}

/**
 * Gets the real parts, which may need the outside, and starts the engine of this run. With SELFHEAL_DOCKER_HOST the
 * tests use that engine instead, on the host's network, and nothing is started.
 */
export async function startRealWorld(): Promise<RealWorld> {
  const ownHost = process.env.SELFHEAL_DOCKER_HOST
  const parts = {
    prometheus: { oldest: await ensurePrometheus('oldest'), newest: await ensurePrometheus('newest') },
    alertmanager: { oldest: await ensureAlertmanager('oldest'), newest: await ensureAlertmanager('newest') },
  }
  const engine: TestEngine = ownHost
    ? await useEngine(ownHost)
    : await startPrivateEngine({ name: `test-${process.pid}` })
  try {
    await buildBaseImage(engine.host)
  } catch (error) {
    await engine.stop()
    throw error
  }
  const description = JSON.stringify({ engine: { host: engine.host }, folder: engine.folder, ...parts })
  return { namespace: engine.namespace, environment: { SELFHEAL_TEST_WORLD: description }, stop: engine.stop }
}

type TestEngine = Pick<Engine, 'host' | 'folder' | 'stop'> & { readonly namespace: string | undefined }

async function useEngine(host: string): Promise<TestEngine> {
  if (!host.startsWith('unix://')) throw new Error(`SELFHEAL_DOCKER_HOST is to be unix:///path, and is ${host}`)
  const folder = await mkdtemp(join(tmpdir(), 'selfheal-'))
  return { host, namespace: undefined, folder, stop: () => rm(folder, { recursive: true, force: true }) }
}

/** The parts that the tests need: with SELFHEAL_DOCKER_HOST no engine of our own. */
export function partsForTests(): readonly PartName[] {
  return partsOf.test.filter((part) => process.env.SELFHEAL_DOCKER_HOST === undefined || part !== 'engine')
}
