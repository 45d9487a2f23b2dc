import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/authoring/index.ts'
import { never, useDockerBench } from '../../support/fake-docker-bench.ts'
import type { Fault } from '../../support/fake-docker-daemon.ts'

const bench = useDockerBench()

describe('acting on an engine in trouble', () => {
  it('cannot tell when the call is never answered, though it took effect', async () => {
    const { startedAt } = bench.run('web-1')
    const action = await bench.propose('restart')
    bench.daemon.setFault('restart', { kind: 'effect-then-hang' })
    const outcome = await bench.docker.perform(action, never())
    expect(outcome).toEqual({ status: 'unknown', detail: expect.stringContaining('did not answer within 200 ms') })
    expect([...bench.daemon.engine.containers.values()][0]?.startedAt).not.toBe(startedAt)
  })

  it('waits for the stop timeout of the container on top of its own', async () => {
    bench.run('web-1', { stopTimeoutSeconds: 1 })
    const action = await bench.propose('restart')
    bench.daemon.setFault('restart', { kind: 'hang' })
    const outcome = await bench.docker.perform(action, never())
    expect(outcome.detail).toContain('did not answer within 1200 ms')
    const call = bench.daemon.calls.find(({ route }) => route === 'restart')
    expect([call?.query.get('t'), call?.body]).toEqual(['1', ''])
  })

  it.each([
    ['a broken connection', { kind: 'reset' }],
    ['half an answer', { kind: 'half-answer' }],
    ['a proxy that gave up', { kind: 'status', status: 504, message: 'gateway timeout' }],
  ] satisfies [string, Fault][])('cannot tell after %s', async (_name, fault) => {
    bench.run('web-1')
    const action = await bench.propose('restart')
    bench.daemon.setFault('restart', fault)
    expect(await bench.docker.perform(action, never())).toMatchObject({ status: 'unknown' })
  })

  it('cannot tell when it is aborted during the call', async () => {
    bench.run('web-1')
    const action = await bench.propose('restart')
    bench.daemon.setFault('restart', { kind: 'hang' })
    const controller = new AbortController()
    const call = bench.daemon.nextCall('restart')
    const outcome = bench.docker.perform(action, controller.signal)
    await call
    controller.abort(new Error('shutting down'))
    expect(await outcome).toMatchObject({ status: 'unknown', detail: expect.stringContaining('aborted') })
  })

  it('cannot tell when Docker said yes but cannot be looked at afterwards', async () => {
    const { id } = bench.run('web-1')
    const action = await bench.propose('restart')
    const call = bench.daemon.nextCall('restart').then(() => bench.daemon.setFault('inspect', { kind: 'hang' }, id))
    expect(await bench.docker.perform(action, never())).toMatchObject({
      status: 'unknown',
      detail: expect.stringContaining('web-1 was restarted but cannot be seen'),
    })
    await call
  })

  it('did nothing, and says so, when the preconditions cannot be looked at', async () => {
    bench.run('web-1')
    const action = await bench.propose('restart')
    bench.daemon.setFault('list', { kind: 'hang' })
    expect(await bench.docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: expect.stringMatching(/^nothing was done: Docker did not answer/),
    })
    expect(await bench.docker.perform(action, AbortSignal.abort())).toMatchObject({ status: 'failed' })
    expect(bench.daemon.calls.some(({ route }) => route === 'restart')).toBe(false)
  })

  it('failed when Docker says no, with its message bounded and plain', async () => {
    bench.run('web-1')
    const action = await bench.propose('restart')
    const message = `port is taken\u001b[31m\n${'x'.repeat(2000)}`
    bench.daemon.setFault('restart', { kind: 'status', status: 500, message })
    const outcome = await bench.docker.perform(action, never())
    expect(outcome).toMatchObject({ status: 'failed', detail: expect.stringContaining('port is taken [31m xxx') })
    expect(outcome.detail.length).toBeLessThanOrEqual(500)
  })

  it('failed when the container ends again at once', async () => {
    const container = bench.run('web-1', { endsAtOnce: () => (bench.daemon.engine.containers.size > 1 ? 7 : null) })
    const action = await bench.propose('restart')
    bench.run('other', { labels: {} })
    expect(await bench.docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: expect.stringMatching(/web-1 was restarted at .* but ended again: exit code 7/),
    })
    expect(container.status).toBe('exited')
  })

  it('stops a rolling restart at the first failure and names what it left', async () => {
    bench.run('web-1')
    const second = bench.run('web-2')
    const third = bench.run('web-3')
    const action = await bench.propose('restart')
    const { startedAt } = third
    bench.daemon.setFault('restart', { kind: 'status', status: 500, message: 'no' }, second.id)
    const outcome = await bench.docker.perform(action, never())
    expect(outcome).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/web-1 was restarted.*restart web-2.*left as they were: web-3/),
    })
    expect(third.startedAt).toBe(startedAt)
  })

  it('leaves a replica alone that changes while an earlier one is restarted', async () => {
    const first = bench.run('web-1')
    const second = bench.run('web-2')
    const action = await bench.propose('restart')
    const change = bench.daemon.nextCall('restart').then(() => bench.daemon.engine.stop(second))
    expect(await bench.docker.perform(action, never())).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('web-2 has changed meanwhile'),
    })
    await change
    expect([first.status, second.status]).toEqual(['running', 'exited'])
  })

  it('sends an id to Docker only when Docker listed it', async () => {
    bench.run('web-1')
    const containers = [{ id: '../../images/prune', name: 'web-1', ifStartedAt: null }]
    const action: Action = { kind: 'restart', strategy: 'all', target: 'local/shop/web', containers }
    expect(await bench.docker.perform(action, never())).toMatchObject({ status: 'refused', reason: 'target-changed' })
    expect(bench.daemon.calls.map(({ route }) => route)).toEqual(['list'])
  })

  it('refuses containers that belong to another target than the action says', async () => {
    bench.run('web-1')
    const action: Action = { ...(await bench.propose('restart')), target: 'local/shop/stock' }
    expect(await bench.docker.perform(action, never())).toMatchObject({ status: 'refused', reason: 'target-changed' })
  })

  it('leaves alone what Docker says is started already', async () => {
    bench.daemon.engine.end(bench.run('web-1'), 1)
    const action = await bench.propose('start')
    bench.daemon.setFault('start', { kind: 'status', status: 304, message: '' })
    expect(await bench.docker.perform(action, never())).toMatchObject({
      status: 'done',
      detail: expect.stringContaining('left alone'),
    })
  })

  it('does not take the old run for the new one when Docker says yes but does nothing', async () => {
    bench.run('web-1')
    const action = await bench.propose('restart')
    bench.daemon.setFault('restart', { kind: 'status', status: 204, message: '' })
    expect(await bench.docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: 'web-1 was restarted but was not seen running within 200 ms',
    })
  })

  it('knows that it was its own restart when Docker hangs between stop and start', async () => {
    await bench.docker.start()
    bench.run('web-1')
    const action = await bench.propose('restart')
    bench.daemon.setFault('restart', { kind: 'stop-then-hang' })
    expect(await bench.docker.perform(action, never())).toMatchObject({ status: 'unknown' })
    const [container] = await bench.docker.observe('local/shop/web', never())
    expect(container).toMatchObject({ exitCause: 'ours', isReplica: true, replica: { state: 'exited' } })
  })

  it('may start again what its own restart stopped and Docker could not start', async () => {
    await bench.docker.start()
    let failure: string | null = null
    bench.run('web-1', { failsToStart: () => failure })
    const action = await bench.propose('restart')
    failure = 'driver failed programming external connectivity'
    expect(await bench.docker.perform(action, never())).toMatchObject({ status: 'failed' })
    failure = null
    expect(await bench.docker.perform(await bench.propose('start'), never())).toMatchObject({ status: 'done' })
  })
})
