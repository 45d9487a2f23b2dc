import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Action } from '../../../src/authoring/index.ts'
import { createDocker, type DockerAdapter, type DockerOptions } from '../../../src/docker/create-docker.ts'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import { type FakeDaemon, type Fault, startFakeDaemon } from '../../support/fake-docker-daemon.ts'
import type { FakeContainer, FakeSpec } from '../../support/fake-docker-engine.ts'

let daemon: FakeDaemon
let docker: DockerAdapter
const adapters: DockerAdapter[] = []

function connect(options: Partial<DockerOptions> = {}): DockerAdapter {
  const adapter = createDocker({
    ...{ name: 'local', host: daemon.host, timeoutMs: 200, optIn: () => true, protectedAddresses: [], now: Date.now },
    machine: { ownContainerIds: [], names: [] },
    ...options,
  })
  adapters.push(adapter)
  return adapter
}

function run(name: string, spec: Partial<FakeSpec> = {}): FakeContainer {
  const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' }
  const container = daemon.engine.create({ name, labels, stopTimeoutSeconds: 0, ...spec })
  daemon.engine.start(container)
  return container
}

async function propose(kind: 'start' | 'restart', strategy: 'all' | 'rolling' = 'rolling'): Promise<Action> {
  const found = await docker.observe('local/shop/web', never())
  const containers = found.map(({ replica: { id, name, startedAt } }) => ({ id, name, ifStartedAt: startedAt }))
  const target = 'local/shop/web'
  return kind === 'start' ? { kind, target, containers } : { kind, target, strategy, containers }
}

const never = () => new AbortController().signal

beforeEach(async () => {
  daemon = await startFakeDaemon()
  docker = connect()
})

afterEach(async () => {
  for (const adapter of adapters.splice(0)) await adapter.stop()
  await daemon[Symbol.asyncDispose]()
})

describe('reading from an engine in trouble', () => {
  const faults: readonly [string, Fault, string, RegExp][] = [
    ['never answers', { kind: 'hang' }, 'timeout', /did not answer within 200 ms \(list containers\)/],
    ['breaks off in the middle of the answer', { kind: 'half-answer' }, 'bad-answer', /in the middle of the answer/],
    ['breaks off before the answer', { kind: 'reset' }, 'bad-answer', /hang up|reset/],
    ['answers with a page', { kind: 'not-json' }, 'bad-answer', /expected a JSON array/],
    ['answers with other JSON', { kind: 'wrong-json' }, 'bad-answer', /expected a JSON array/],
    ['answers 500', { kind: 'status', status: 500, message: 'boom\u0007\nx' }, 'bad-answer', /500 .*: boom x$/],
    ['answers 403', { kind: 'status', status: 403, message: 'authz: no' }, 'refused', /403 .*authz: no/],
    ['answers 409', { kind: 'status', status: 409, message: 'conflict' }, 'refused', /409/],
    ['answers 404', { kind: 'status', status: 404, message: 'page not found' }, 'not-found', /404/],
    ['sends us elsewhere', { kind: 'redirect', location: 'gopher://nowhere/' }, 'bad-answer', /301/],
  ]

  it.each(faults)('an engine that %s is an adapter error that says so', async (_name, fault, code, message) => {
    daemon.setFault('list', fault)
    const error = await docker.list(never()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AdapterError)
    expect(error).toMatchObject({ system: 'docker', code, message: expect.stringMatching(message) })
  })

  it('does not wait for the timeout when the answer breaks off', async () => {
    daemon.setFault('list', { kind: 'half-answer' })
    const patient = connect({ timeoutMs: 60_000 })
    await expect(patient.list(never())).rejects.toMatchObject({ code: 'bad-answer' })
  })

  it('follows no redirect to another host', async () => {
    let visits = 0
    const elsewhere = createServer((_request, response) => {
      visits += 1
      response.end('[]')
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    const address = elsewhere.address()
    const port = typeof address === 'object' ? address?.port : 0
    daemon.setFault('list', { kind: 'redirect', location: `http://127.0.0.1:${port}/containers/json` })
    await expect(docker.list(never())).rejects.toMatchObject({ code: 'bad-answer' })
    expect(visits).toBe(0)
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  it('cuts the connection of a call that timed out', async () => {
    daemon.setFault('ping', { kind: 'hang' })
    await expect(docker.ping(never())).rejects.toMatchObject({ code: 'timeout', retriable: true })
    await vi.waitFor(async () => expect(await daemon.openConnections()).toBe(0))
  })

  it('ends a call that is aborted, at once and with its connection', async () => {
    daemon.setFault('list', { kind: 'hang' })
    const patient = connect({ timeoutMs: 60_000 })
    const controller = new AbortController()
    const [call] = [patient.list(controller.signal).catch((thrown: unknown) => thrown), await daemon.nextCall('list')]
    controller.abort()
    expect(await call).toMatchObject({ system: 'docker', code: 'aborted' })
    await vi.waitFor(async () => expect(await daemon.openConnections()).toBe(0))
  })

  it('asks nothing when it is aborted before it begins', async () => {
    await expect(docker.list(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
    expect(daemon.calls).toEqual([])
  })

  it('does not take another program for the engine', async () => {
    daemon.setFault('ping', { kind: 'not-json' })
    await expect(docker.ping(never())).rejects.toMatchObject({ code: 'bad-answer' })
  })

  it('leaves out a container that went away between the list and its inspection', async () => {
    run('web-1')
    const gone = run('web-2')
    daemon.setFault('inspect', { kind: 'status', status: 404, message: 'No such container' }, gone.id)
    const names = (await docker.list(never())).map(({ replica }) => replica.name)
    expect(names).toEqual(['web-1'])
  })

  it('fails the whole list when one inspection fails otherwise', async () => {
    run('web-1')
    const broken = run('web-2')
    daemon.setFault('inspect', { kind: 'wrong-json' }, broken.id)
    await expect(docker.list(never())).rejects.toMatchObject({ code: 'bad-answer' })
  })

  it('inspects only the containers of the observed lineage', async () => {
    const { id } = run('web-1')
    run('other', { labels: {} })
    await docker.observe('local/shop/web', never())
    const inspected = daemon.calls.filter(({ route }) => route === 'inspect').map(({ reference }) => reference)
    expect(inspected).toEqual([id])
  })

  it('reaches an engine over TCP, also one that never answers', async () => {
    const silent = createTcpServer((socket) => socket.resume().on('error', () => {}))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const remote = connect({ host: `tcp://127.0.0.1:${port}` })
    await expect(remote.ping(never())).rejects.toMatchObject({ code: 'timeout' })
    await remote.stop()
    await new Promise((resolve) => silent.close(resolve))
    await expect(connect({ host: `tcp://127.0.0.1:${port}` }).ping(never())).rejects.toMatchObject({
      code: 'unreachable',
      retriable: true,
      message: expect.stringContaining('is Docker running?'),
    })
  })

  it('says what to do when there is no socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-docker-'))
    const missing = connect({ host: `unix://${folder}/docker.sock` })
    await expect(missing.ping(never())).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/docker\.sock cannot be reached .*is its socket mounted/),
    })
    writeFileSync(join(folder, 'file'), '')
    await expect(connect({ host: `unix://${folder}/file` }).ping(never())).rejects.toMatchObject({
      code: 'unreachable',
    })
  })

  it.each(['', 'unix://', '/var/run/docker.sock', 'http://h:1', 'tcp://', 'tcp://h:1/path', 'ssh://h'])(
    'refuses %j as the address of an engine, and says what one is',
    (host) => {
      expect(() => connect({ host })).toThrow('unix:///path/to/docker.sock or tcp://host:port')
    },
  )

  it('ends the calls that wait when it is stopped', async () => {
    daemon.setFault('list', { kind: 'hang' })
    const patient = connect({ timeoutMs: 60_000 })
    const [call] = [patient.list(never()).catch((thrown: unknown) => thrown), await daemon.nextCall('list')]
    await patient.stop()
    expect(await call).toMatchObject({ system: 'docker', code: 'bad-answer' })
  })

  it('is not moved to another engine by the environment', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://192.0.2.1:2375')
    await expect(connect().ping(never())).resolves.toBeUndefined()
    vi.unstubAllEnvs()
  })
})

describe('acting on an engine in trouble', () => {
  it('cannot tell when the call is never answered, though it took effect', async () => {
    const { startedAt } = run('web-1')
    const action = await propose('restart')
    daemon.setFault('restart', { kind: 'effect-then-hang' })
    const outcome = await docker.perform(action, never())
    expect(outcome).toEqual({ status: 'unknown', detail: expect.stringContaining('did not answer within 200 ms') })
    expect([...daemon.engine.containers.values()][0]?.startedAt).not.toBe(startedAt)
  })

  it('waits for the stop timeout of the container on top of its own', async () => {
    run('web-1', { stopTimeoutSeconds: 1 })
    const action = await propose('restart')
    daemon.setFault('restart', { kind: 'hang' })
    const outcome = await docker.perform(action, never())
    expect(outcome.detail).toContain('did not answer within 1200 ms')
    const call = daemon.calls.find(({ route }) => route === 'restart')
    expect([call?.query.get('t'), call?.body]).toEqual(['1', ''])
  })

  it.each([
    ['a broken connection', { kind: 'reset' }],
    ['half an answer', { kind: 'half-answer' }],
    ['a proxy that gave up', { kind: 'status', status: 504, message: 'gateway timeout' }],
  ] satisfies [string, Fault][])('cannot tell after %s', async (_name, fault) => {
    run('web-1')
    const action = await propose('restart')
    daemon.setFault('restart', fault)
    expect(await docker.perform(action, never())).toMatchObject({ status: 'unknown' })
  })

  it('cannot tell when it is aborted during the call', async () => {
    run('web-1')
    const action = await propose('restart')
    daemon.setFault('restart', { kind: 'hang' })
    const controller = new AbortController()
    const call = daemon.nextCall('restart')
    const outcome = docker.perform(action, controller.signal)
    await call
    controller.abort(new Error('shutting down'))
    expect(await outcome).toMatchObject({ status: 'unknown', detail: expect.stringContaining('aborted') })
  })

  it('cannot tell when Docker said yes but cannot be looked at afterwards', async () => {
    const { id } = run('web-1')
    const action = await propose('restart')
    const call = daemon.nextCall('restart').then(() => daemon.setFault('inspect', { kind: 'hang' }, id))
    expect(await docker.perform(action, never())).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('web-1 was restarted but cannot be seen'),
    })
    await call
  })

  it('did nothing, and says so, when the preconditions cannot be looked at', async () => {
    run('web-1')
    const action = await propose('restart')
    daemon.setFault('list', { kind: 'hang' })
    expect(await docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: expect.stringMatching(/^nothing was done: Docker did not answer/),
    })
    expect(await docker.perform(action, AbortSignal.abort())).toMatchObject({ status: 'failed' })
    expect(daemon.calls.some(({ route }) => route === 'restart')).toBe(false)
  })

  it('failed when Docker says no, with its message bounded and plain', async () => {
    run('web-1')
    const action = await propose('restart')
    const message = `port is taken\u001b[31m\n${'x'.repeat(2000)}`
    daemon.setFault('restart', { kind: 'status', status: 500, message })
    const outcome = await docker.perform(action, never())
    expect(outcome).toMatchObject({ status: 'failed', detail: expect.stringContaining('port is taken [31m xxx') })
    expect(outcome.detail.length).toBeLessThanOrEqual(500)
  })

  it('failed when the container ends again at once', async () => {
    const container = run('web-1', { endsAtOnce: () => (daemon.engine.containers.size > 1 ? 7 : null) })
    const action = await propose('restart')
    run('other', { labels: {} })
    expect(await docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: expect.stringMatching(/web-1 was restarted at .* but ended again: exit code 7/),
    })
    expect(container.status).toBe('exited')
  })

  it('stops a rolling restart at the first failure and names what it left', async () => {
    run('web-1')
    const second = run('web-2')
    const third = run('web-3')
    const action = await propose('restart')
    const { startedAt } = third
    daemon.setFault('restart', { kind: 'status', status: 500, message: 'no' }, second.id)
    const outcome = await docker.perform(action, never())
    expect(outcome).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/web-1 was restarted.*restart web-2.*left as they were: web-3/),
    })
    expect(third.startedAt).toBe(startedAt)
  })

  it('leaves a replica alone that changes while an earlier one is restarted', async () => {
    const first = run('web-1')
    const second = run('web-2')
    const action = await propose('restart')
    const change = daemon.nextCall('restart').then(() => daemon.engine.stop(second))
    expect(await docker.perform(action, never())).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('web-2 has changed meanwhile'),
    })
    await change
    expect([first.status, second.status]).toEqual(['running', 'exited'])
  })

  it('sends an id to Docker only when Docker listed it', async () => {
    run('web-1')
    const containers = [{ id: '../../images/prune', name: 'web-1', ifStartedAt: null }]
    const action: Action = { kind: 'restart', strategy: 'all', target: 'local/shop/web', containers }
    expect(await docker.perform(action, never())).toMatchObject({ status: 'refused', reason: 'target-changed' })
    expect(daemon.calls.map(({ route }) => route)).toEqual(['list'])
  })

  it('refuses containers that belong to another target than the action says', async () => {
    run('web-1')
    const action: Action = { ...(await propose('restart')), target: 'local/shop/stock' }
    expect(await docker.perform(action, never())).toMatchObject({ status: 'refused', reason: 'target-changed' })
  })

  it('leaves alone what Docker says is started already', async () => {
    daemon.engine.end(run('web-1'), 1)
    const action = await propose('start')
    daemon.setFault('start', { kind: 'status', status: 304, message: '' })
    expect(await docker.perform(action, never())).toMatchObject({
      status: 'done',
      detail: expect.stringContaining('left alone'),
    })
  })

  it('does not take the old run for the new one when Docker says yes but does nothing', async () => {
    run('web-1')
    const action = await propose('restart')
    daemon.setFault('restart', { kind: 'status', status: 204, message: '' })
    expect(await docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: 'web-1 was restarted but was not seen running within 200 ms',
    })
  })

  it('knows that it was its own restart when Docker hangs between stop and start', async () => {
    await docker.start()
    run('web-1')
    const action = await propose('restart')
    daemon.setFault('restart', { kind: 'stop-then-hang' })
    expect(await docker.perform(action, never())).toMatchObject({ status: 'unknown' })
    const [container] = await docker.observe('local/shop/web', never())
    expect(container).toMatchObject({ exitCause: 'ours', isReplica: true, replica: { state: 'exited' } })
  })

  it('may start again what its own restart stopped and Docker could not start', async () => {
    await docker.start()
    let failure: string | null = null
    run('web-1', { failsToStart: () => failure })
    const action = await propose('restart')
    failure = 'driver failed programming external connectivity'
    expect(await docker.perform(action, never())).toMatchObject({ status: 'failed' })
    failure = null
    expect(await docker.perform(await propose('start'), never())).toMatchObject({ status: 'done' })
  })
})
