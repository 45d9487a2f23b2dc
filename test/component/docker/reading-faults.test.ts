import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import { never, useDockerBench } from '../../support/fake-docker-bench.ts'
import type { Fault } from '../../support/fake-docker-daemon.ts'
import { waitFor } from '../../support/wait-for.ts'

const bench = useDockerBench()

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
    bench.daemon.setFault('list', fault)
    const error = await bench.docker.list(never()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AdapterError)
    expect(error).toMatchObject({ system: 'docker', code, message: expect.stringMatching(message) })
  })

  it('does not wait for the timeout when the answer breaks off', async () => {
    bench.daemon.setFault('list', { kind: 'half-answer' })
    const patient = bench.connect({ timeoutMs: 60_000 })
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
    bench.daemon.setFault('list', { kind: 'redirect', location: `http://127.0.0.1:${port}/containers/json` })
    await expect(bench.docker.list(never())).rejects.toMatchObject({ code: 'bad-answer' })
    expect(visits).toBe(0)
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  it('cuts the connection of a call that timed out', async () => {
    bench.daemon.setFault('ping', { kind: 'hang' })
    await expect(bench.docker.ping(never())).rejects.toMatchObject({ code: 'timeout', retriable: true })
    await waitFor(async () => expect(await bench.daemon.openConnections()).toBe(0))
  })

  it('ends a call that is aborted, at once and with its connection', async () => {
    bench.daemon.setFault('list', { kind: 'hang' })
    const patient = bench.connect({ timeoutMs: 60_000 })
    const controller = new AbortController()
    const [call] = [
      patient.list(controller.signal).catch((thrown: unknown) => thrown),
      await bench.daemon.nextCall('list'),
    ]
    controller.abort()
    expect(await call).toMatchObject({ system: 'docker', code: 'aborted' })
    await waitFor(async () => expect(await bench.daemon.openConnections()).toBe(0))
  })

  it('asks nothing when it is aborted before it begins', async () => {
    await expect(bench.docker.list(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
    expect(bench.daemon.calls).toEqual([])
  })

  it('does not take another program for the engine', async () => {
    bench.daemon.setFault('ping', { kind: 'not-json' })
    await expect(bench.docker.ping(never())).rejects.toMatchObject({ code: 'bad-answer' })
  })

  it('leaves out a container that went away between the list and its inspection', async () => {
    bench.run('web-1')
    const gone = bench.run('web-2')
    bench.daemon.setFault('inspect', { kind: 'status', status: 404, message: 'No such container' }, gone.id)
    const names = (await bench.docker.list(never())).map(({ replica }) => replica.name)
    expect(names).toEqual(['web-1'])
  })

  it('fails the whole list when one inspection fails otherwise', async () => {
    bench.run('web-1')
    const broken = bench.run('web-2')
    bench.daemon.setFault('inspect', { kind: 'wrong-json' }, broken.id)
    await expect(bench.docker.list(never())).rejects.toMatchObject({ code: 'bad-answer' })
  })

  it('inspects only the containers of the observed lineage', async () => {
    const { id } = bench.run('web-1')
    bench.run('other', { labels: {} })
    await bench.docker.observe('local/shop/web', never())
    const inspected = bench.daemon.calls.filter(({ route }) => route === 'inspect').map(({ reference }) => reference)
    expect(inspected).toEqual([id])
  })

  it('reaches an engine over TCP, also one that never answers', async () => {
    const silent = createTcpServer((socket) => socket.resume().on('error', () => {}))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const remote = bench.connect({ host: `tcp://127.0.0.1:${port}` })
    await expect(remote.ping(never())).rejects.toMatchObject({ code: 'timeout' })
    await remote.stop()
    await new Promise((resolve) => silent.close(resolve))
    await expect(bench.connect({ host: `tcp://127.0.0.1:${port}` }).ping(never())).rejects.toMatchObject({
      code: 'unreachable',
      retriable: true,
      message: expect.stringContaining('is Docker running?'),
    })
  })

  it('says what to do when there is no socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-docker-'))
    const missing = bench.connect({ host: `unix://${folder}/docker.sock` })
    await expect(missing.ping(never())).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(/docker\.sock cannot be reached .*is its socket mounted/),
    })
    writeFileSync(join(folder, 'file'), '')
    await expect(bench.connect({ host: `unix://${folder}/file` }).ping(never())).rejects.toMatchObject({
      code: 'unreachable',
    })
    rmSync(folder, { recursive: true })
  })

  it.each(['', 'unix://', '/var/run/docker.sock', 'http://h:1', 'tcp://', 'tcp://h:1/path', 'ssh://h'])(
    'refuses %j as the address of an engine, and says what one is',
    (host) => {
      expect(() => bench.connect({ host })).toThrow('unix:///path/to/docker.sock or tcp://host:port')
    },
  )

  it('ends the calls that wait when it is stopped', async () => {
    bench.daemon.setFault('list', { kind: 'hang' })
    const patient = bench.connect({ timeoutMs: 60_000 })
    const [call] = [patient.list(never()).catch((thrown: unknown) => thrown), await bench.daemon.nextCall('list')]
    await patient.stop()
    expect(await call).toMatchObject({ system: 'docker', code: 'bad-answer' })
  })

  it('is not moved to another engine by the environment', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://192.0.2.1:2375')
    await expect(bench.connect().ping(never())).resolves.toBeUndefined()
    vi.unstubAllEnvs()
  })
})
