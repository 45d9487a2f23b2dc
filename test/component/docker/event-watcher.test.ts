import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDocker, type DockerAdapter } from '../../../src/docker/create-docker.ts'
import { type FakeDaemon, startFakeDaemon } from '../../support/fake-docker-daemon.ts'
import type { FakeContainer } from '../../support/fake-docker-engine.ts'
import { waitFor } from '../../support/wait-for.ts'

const never = () => new AbortController().signal

describe('event watcher', () => {
  let daemon: FakeDaemon
  let docker: DockerAdapter
  let container: FakeContainer
  const phrases: string[] = []

  const note = (_fields: object, phrase: string) => void phrases.push(phrase)
  const cause = async (name = 'web') => (await docker.observe(`local/_/${name}`, never()))[0]?.exitCause
  const connected = (times: number) =>
    waitFor(() => expect(phrases.filter((one) => one === 'docker events connected')).toHaveLength(times))

  beforeEach(async () => {
    phrases.length = 0
    daemon = await startFakeDaemon()
    container = daemon.engine.create({ name: 'web' })
    daemon.engine.start(container)
    docker = createDocker({
      ...{ name: 'local', host: daemon.host, timeoutMs: 200, optIn: () => true, protectedAddresses: [], now: Date.now },
      ...{ machine: { ownContainerIds: [], names: [] }, log: { info: note, warn: note } },
      backoff: { firstMs: 1, mostMs: 4 },
    })
  })

  afterEach(async () => {
    await docker.stop()
    await daemon[Symbol.asyncDispose]()
  })

  it('sees what happened while the stream was broken, from the last event on', async () => {
    await docker.start()
    await connected(1)
    await docker.observe('local/_/web', never())
    daemon.setFault('events', { kind: 'reset' })
    daemon.cutConnections()
    await daemon.nextCall('events')
    daemon.engine.kill(container, 'KILL')
    daemon.setFault('events', null)
    await connected(2)
    await waitFor(async () => expect(await cause()).toBe('person'))
    const sinces = daemon.calls.filter(({ route }) => route === 'events').map(({ query }) => query.get('since'))
    expect(sinces[0]).toBe('0')
    expect(sinces.at(-1)).toMatch(/^\d{10}\.\d{9}$/)
  })

  it('does not call a death a crash when the kill before it may have been forgotten', async () => {
    await docker.start()
    await connected(1)
    daemon.setFault('events', { kind: 'reset' })
    daemon.cutConnections()
    await daemon.nextCall('events')
    daemon.engine.kill(container, 'KILL')
    daemon.engine.memory = daemon.engine.memory.slice(-1)
    daemon.setFault('events', null)
    await connected(2)
    const marker = daemon.engine.create({ name: 'marker' })
    daemon.engine.start(marker)
    daemon.engine.end(marker, 1)
    await waitFor(async () => expect(await cause('marker')).toBe('crash'))
    expect(await cause()).toBe('unknown')
  })

  it('keeps trying while the engine is away, and starting does not wait for it', async () => {
    daemon.setFault('events', { kind: 'status', status: 500, message: 'starting' })
    await docker.start()
    await waitFor(() => expect(phrases.filter((one) => one.endsWith('disconnected')).length).toBeGreaterThan(2))
    daemon.setFault('events', null)
    await connected(1)
    daemon.engine.end(container, 1)
    await waitFor(async () => expect(await cause()).toBe('crash'))
  })

  it('does not wait out its pause once the engine has answered somebody', async () => {
    await docker.stop()
    docker = createDocker({
      ...{ name: 'local', host: daemon.host, timeoutMs: 200, optIn: () => true, protectedAddresses: [], now: Date.now },
      ...{ machine: { ownContainerIds: [], names: [] }, log: { info: note, warn: note } },
      // Longer than any test may take: only an answer of the engine can end the pause.
      backoff: { firstMs: 3_600_000, mostMs: 3_600_000 },
    })
    daemon.setFault('events', { kind: 'reset' })
    await docker.start()
    await waitFor(() => expect(phrases).toContain('docker events disconnected'))
    daemon.setFault('events', null)
    daemon.engine.end(container, 1)
    await waitFor(async () => expect(await cause()).toBe('crash'))
  })

  it('gives up on an engine that accepts and never answers, and tries again', async () => {
    daemon.setFault('events', { kind: 'hang' })
    await docker.start()
    expect(phrases).toEqual(['docker events disconnected'])
    daemon.setFault('events', null)
    await connected(1)
  })

  it('survives a stream of what is no event', async () => {
    daemon.setFault('events', { kind: 'not-json' })
    await docker.start()
    await waitFor(() => expect(phrases.filter((one) => one.endsWith('disconnected')).length).toBeGreaterThan(1))
    daemon.setFault('events', null)
    daemon.engine.end(container, 1)
    await waitFor(async () => expect(await cause()).toBe('crash'))
  })

  it('waits a moment for the event of an exit that it sees first', async () => {
    await docker.start()
    await connected(1)
    const { memory } = daemon.engine
    const listeners = daemon.engine.events.listeners('event')
    daemon.engine.events.removeAllListeners('event')
    daemon.engine.end(container, 1)
    const looked = daemon.nextCall('inspect')
    const seen = cause()
    await looked
    const late = daemon.engine.memory.filter((event) => !memory.includes(event))
    for (const listener of listeners) for (const event of late) Reflect.apply(listener, null, [event])
    expect(await seen).toBe('crash')
  })

  it('leaves no connection behind when it is stopped', async () => {
    await docker.start()
    await connected(1)
    await docker.stop()
    await waitFor(async () => expect(await daemon.openConnections()).toBe(0))
    const { length } = daemon.calls
    daemon.engine.end(container, 1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(daemon.calls).toHaveLength(length)
  })
})
