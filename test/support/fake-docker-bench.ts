/** One adapter on one fake daemon, for each test of a file. */
import { afterEach, beforeEach } from 'vitest'
import type { Action } from '../../src/authoring/index.ts'
import { createDocker, type DockerAdapter, type DockerOptions } from '../../src/docker/create-docker.ts'
import { type FakeDaemon, startFakeDaemon } from './fake-docker-daemon.ts'
import type { FakeContainer, FakeSpec } from './fake-docker-engine.ts'

/** A signal that is never aborted. */
export const never = () => new AbortController().signal

/** What a test works with; `daemon` and `docker` are new for each test. */
export type DockerBench = {
  readonly daemon: FakeDaemon
  readonly docker: DockerAdapter
  /** Another adapter on the same daemon; all are stopped after the test. */
  readonly connect: (options?: Partial<DockerOptions>) => DockerAdapter
  /** A running container of `local/shop/web`. */
  readonly run: (name: string, spec?: Partial<FakeSpec>) => FakeContainer
  /** The action on every container of `local/shop/web`, as they are now. */
  readonly propose: (kind: Action['kind'], strategy?: 'all' | 'rolling') => Promise<Action>
}

/** Declares the hooks that set up a bench before each test of the file and take it down after it. */
export function useDockerBench(): DockerBench {
  const adapters: DockerAdapter[] = []
  let current: FakeDaemon | undefined
  const connect: DockerBench['connect'] = (options = {}) => {
    const adapter = createDocker({
      ...{ name: 'local', timeoutMs: 200, steadyMs: 0, optIn: () => true, protectedAddresses: [], now: Date.now },
      ...{ host: bench.daemon.host, machine: { ownContainerIds: [], names: [] } },
      ...options,
    })
    adapters.push(adapter)
    return adapter
  }
  const bench: DockerBench = {
    get daemon() {
      return there(current)
    },
    get docker() {
      return there(adapters[0])
    },
    connect,
    run: (name, spec = {}) => {
      const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' }
      const container = bench.daemon.engine.create({ name, labels, stopTimeoutSeconds: 0, ...spec })
      bench.daemon.engine.start(container)
      return container
    },
    propose: async (kind, strategy = 'rolling') => {
      const target = 'local/shop/web'
      const found = await bench.docker.observe(target, never())
      const containers = found.map(({ replica: { id, name, startedAt } }) => ({ id, name, ifStartedAt: startedAt }))
      return kind === 'restart' ? { kind, target, strategy, containers } : { kind, target, containers }
    },
  }
  beforeEach(async () => {
    current = await startFakeDaemon()
    connect()
  })
  afterEach(async () => {
    for (const adapter of adapters.splice(0)) await adapter.stop()
    await bench.daemon[Symbol.asyncDispose]()
  })
  return bench
}

function there<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('the bench is set up only while a test runs')
  return part
}
