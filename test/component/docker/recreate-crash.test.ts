import { describe, expect, it } from 'vitest'
import type { RecreateAction } from '../../../src/authoring/index.ts'
import type { DockerAdapter } from '../../../src/docker/create-docker.ts'
import { never, useDockerBench } from '../../support/fake-docker-bench.ts'
import type { Fault, Route, SeenCall } from '../../support/fake-docker-daemon.ts'
import type { FakeContainer } from '../../support/fake-docker-engine.ts'
import { waitFor } from '../../support/wait-for.ts'

const bench = useDockerBench()

const CHANGES: readonly Route[] = ['create', 'connect', 'stop', 'update', 'rename', 'start', 'remove']
/** The calls that change something, in their order, for a container in two networks under a restart policy. */
const STEPS = ['create', 'connect', 'stop', 'update', 'rename', 'rename', 'start', 'remove'] as const
/** The numbers of all calls, looks included. */
const CALLS = Array.from({ length: 16 }, (_, index) => index + 1)
const LINEAGE = 'local/shop/web'

const runWeb = () =>
  bench.run('web-1', {
    ...{ restartPolicy: 'unless-stopped', networkMode: 'front', anonymousVolumes: ['/cache'] },
    networks: { front: { Aliases: ['web'] }, back: { Aliases: ['behind'] } },
  })

/** From the call after `steps` changes on, the process that makes them is no more. */
function dieAfter(steps: number): Promise<void> {
  const died = Promise.withResolvers<void>()
  let done = 0
  bench.daemon.intercept = ({ route }): Fault | null => {
    if (done === steps && (CHANGES.includes(route) || route === 'inspect')) {
      died.resolve()
      return { kind: 'hang' }
    }
    if (CHANGES.includes(route)) done += 1
    if (done === steps) died.resolve()
    return null
  }
  return died.promise
}

/** The deadlines of these tests are those of a loaded machine: what ends a call here is an abort. */
const PATIENT = { timeoutMs: 5000, steadyMs: 0 }

async function recreateAndDie(steps: number, old = runWeb()): Promise<FakeContainer> {
  const docker = bench.connect(PATIENT)
  await docker.start()
  const action = await proposeTo(docker)
  const controller = new AbortController()
  const died = dieAfter(steps)
  const outcome = docker.perform(action, controller.signal)
  await Promise.race([died, outcome])
  controller.abort()
  await outcome
  await docker.stop()
  bench.daemon.intercept = () => null
  return old
}

async function proposeTo(docker: DockerAdapter): Promise<RecreateAction> {
  const replicas = (await docker.observe(LINEAGE, never())).map(({ replica }) => replica)
  const containers = replicas.map(({ id, name, startedAt }) => ({ id, name, ifStartedAt: startedAt }))
  return { kind: 'recreate', target: LINEAGE, containers }
}

/** The program as it starts again, knowing from its own records whom it was acting on. */
function startAgain(old: FakeContainer): DockerAdapter {
  const from = Date.now() - 60_000
  return bench.connect({ ...PATIENT, earlierActs: [{ containers: [old.id], from, until: from + 120_000 }] })
}

const everything = () => [...bench.daemon.engine.containers.values()]

function expectOneWell(): FakeContainer {
  expect(everything().map(({ name, status }) => ({ name, status }))).toEqual([{ name: 'web-1', status: 'running' }])
  const [one] = everything()
  if (one === undefined) throw new Error('there is one')
  expect(one.restartPolicy).toBe('unless-stopped')
  expect(Object.keys(one.networks)).toEqual(['front', 'back'])
  return one
}

describe('a process that dies while it re-creates a container', () => {
  it('makes the calls that these tests number', async () => {
    runWeb()
    const docker = bench.connect(PATIENT)
    const action = await proposeTo(docker)
    const before = bench.daemon.calls.length
    expect(await docker.perform(action, never())).toMatchObject({ status: 'done' })
    const routes = bench.daemon.calls.map(({ route }) => route).slice(before)
    expect(routes.filter((route) => CHANGES.includes(route))).toEqual(STEPS)
    expect(routes).toHaveLength(CALLS.length)
  })

  it.each(STEPS.map((step, index) => ({ step, after: index + 1 })))(
    'is put right at the next start, after call $after ($step)',
    async ({ after }) => {
      const old = await recreateAndDie(after)
      const again = startAgain(old)
      await again.start()
      const one = expectOneWell()
      expect(one.id === old.id).toBe(after < STEPS.indexOf('start') + 1)
      expect(one.mounts[0]?.Name).toBe(old.mounts[0]?.Name)
      expect(await again.observe(LINEAGE, never())).toMatchObject([
        { replica: { id: one.id, name: 'web-1', state: 'running' }, exitCause: null },
      ])
    },
  )

  it.each(STEPS.map((step, index) => ({ step, after: index + 1 })))(
    'is put right even when the next start dies, too, after call $after ($step)',
    async ({ after }) => {
      const old = await recreateAndDie(after)
      for (let steps = 1; steps < 6; steps += 1) {
        const again = startAgain(old)
        const died = dieAfter(steps)
        await Promise.race([again.start(), died])
        await again.stop()
        bench.daemon.intercept = () => null
      }
      await startAgain(old).start()
      expectOneWell()
    },
  )

  it('shows neither the half-made nor the kept container to anybody meanwhile', async () => {
    const old = await recreateAndDie(STEPS.indexOf('rename') + 1)
    const other = bench.connect(PATIENT)
    await other.start()
    expect(everything().map(({ name }) => name)).toEqual([
      `web-1.selfheal-kept-${old.id.slice(0, 12)}`,
      `web-1.selfheal-new-${old.id.slice(0, 12)}`,
    ])
    expect(await other.list(never())).toEqual([])
    expect(await other.observe(LINEAGE, never())).toEqual([])
  })

  it('is put right as soon as the engine answers again, where it does not at the start', async () => {
    const old = await recreateAndDie(STEPS.indexOf('rename') + 1)
    const again = startAgain(old)
    bench.daemon.setFault('list', { kind: 'status', status: 503, message: 'starting up' })
    await again.start()
    bench.daemon.setFault('list', null)
    expect(await again.observe(LINEAGE, never())).toMatchObject([{ replica: { id: old.id, state: 'running' } }])
    expectOneWell()
  })

  it('keeps the old one while the engine still stops the new one, and then brings it back', async () => {
    bench.daemon.engine.adapt = (made) => ({ ...made, traps: { TERM: 'ignore' } })
    const old = await recreateAndDie(STEPS.indexOf('start') + 1)
    const fresh = everything().find(({ name }) => name === 'web-1')
    if (fresh === undefined) throw new Error('there is a new one')
    const stopped = bench.daemon.engine.stop(fresh, 20)
    const again = startAgain(old)
    await again.start()
    expect(everything().map(({ status }) => status)).toEqual(['exited', 'running'])
    await stopped
    expect(await again.observe(LINEAGE, never())).toMatchObject([{ replica: { id: old.id, state: 'running' } }])
    expectOneWell()
  })

  it('does not start what was down before', async () => {
    const old = runWeb()
    bench.daemon.engine.end(old, 3)
    await recreateAndDie(STEPS.indexOf('rename') + 1, old)
    await startAgain(old).start()
    expect(everything()).toMatchObject([
      { name: 'web-1', status: 'exited', exitCode: 3, restartPolicy: 'unless-stopped' },
    ])
    expect(everything()).toHaveLength(1)
  })

  it('leaves the work of another program alone while it may be going on', async () => {
    const old = await recreateAndDie(1)
    const other = bench.connect(PATIENT)
    await other.start()
    const [found] = await other.observe(LINEAGE, never())
    expect(found?.replica.id).toBe(old.id)
    const outcome = await other.perform(await proposeTo(other), never())
    expect(outcome).toMatchObject({ status: 'refused', reason: 'change-in-progress' })
    expect(everything()).toHaveLength(2)
  })

  it('clears away what another program has left for long before it acts there', async () => {
    await recreateAndDie(1)
    const other = bench.connect({ ...PATIENT, now: () => Date.now() + 3_600_000 })
    expect(await other.perform(await proposeTo(other), never())).toMatchObject({ status: 'done' })
    expectOneWell()
  })

  it('gives its right name to a new one that somebody has started after removing the old one', async () => {
    const old = await recreateAndDie(STEPS.indexOf('stop') + 1)
    const draft = everything().find(({ name }) => name.includes('selfheal-new'))
    if (draft === undefined) throw new Error('there is a draft')
    bench.daemon.engine.remove(old)
    bench.daemon.engine.start(draft)
    await startAgain(old).start()
    expect(expectOneWell().id).toBe(draft.id)
  })

  it('keeps its hands off a name that somebody else has taken meanwhile', async () => {
    const old = await recreateAndDie(STEPS.indexOf('rename') + 1)
    const newer = runWeb()
    await startAgain(old).start()
    expect(newer).toMatchObject({ name: 'web-1', status: 'running' })
    expect(old).toMatchObject({ name: `web-1.selfheal-kept-${old.id.slice(0, 12)}`, status: 'exited' })
  })
})

describe('an engine in trouble while a container is re-created', () => {
  const faults: readonly Fault[] = [
    { kind: 'hang' },
    { kind: 'effect-then-hang' },
    { kind: 'reset' },
    { kind: 'half-answer' },
    { kind: 'not-json' },
    { kind: 'status', status: 500, message: 'something is wrong' },
  ]

  it.each(faults.flatMap((fault) => CALLS.map((call) => ({ fault, call, kind: fault.kind }))))(
    'ends with one container that runs, whatever goes wrong once ($kind at call $call)',
    async ({ fault, call }) => {
      const isHang = fault.kind === 'hang' || fault.kind === 'effect-then-hang'
      const docker = bench.connect({ timeoutMs: isHang ? 300 : 5000, steadyMs: 0 })
      await docker.start()
      const old = runWeb()
      const action = await proposeTo(bench.connect(PATIENT))
      let count = 0
      bench.daemon.intercept = ({ route }: SeenCall) => {
        if (route === 'events') return null
        count += 1
        return count === call ? fault : null
      }
      const outcome = await docker.perform(action, never())
      const [seen] = await waitFor(() => docker.observe(LINEAGE, never()))
      const one = expectOneWell()
      expect(seen).toMatchObject({ replica: { id: one.id }, exitCause: null })
      if (outcome.status === 'done') expect(one.id).not.toBe(old.id)
      if (outcome.status === 'failed') expect(one.id).toBe(old.id)
      expect(outcome.status).not.toBe('refused')
    },
  )

  it('says that it cannot tell and what to do, when the engine hangs for good', async () => {
    const docker = bench.connect({ timeoutMs: 500 })
    runWeb()
    const action = await proposeTo(docker)
    let isHanging = false
    bench.daemon.intercept = ({ route }) => {
      if (route === 'rename') isHanging = true
      return isHanging ? { kind: 'hang' } : null
    }
    expect(await docker.perform(action, never())).toEqual({
      status: 'unknown',
      detail: expect.stringMatching(
        /web-1 was not re-created .*put right as soon as Docker answers.*rename .* to web-1/,
      ),
    })
    bench.daemon.intercept = () => null
    await waitFor(() => docker.observe(LINEAGE, never()))
    expectOneWell()
  })

  it('stops at once when it is aborted', async () => {
    const docker = bench.connect(PATIENT)
    runWeb()
    const action = await proposeTo(docker)
    bench.daemon.setFault('stop', { kind: 'hang' })
    const controller = new AbortController()
    const called = bench.daemon.nextCall('stop')
    const outcome = docker.perform(action, controller.signal)
    await called
    controller.abort()
    expect(await outcome).toMatchObject({ status: 'unknown', detail: expect.stringContaining('aborted') })
  })

  it('has failed, and says what to do, when neither the new nor the old one starts', async () => {
    const docker = bench.connect(PATIENT)
    await docker.start()
    const failsToStart = () => (bench.daemon.engine.containers.size > 1 ? 'no space left on device' : null)
    const old = bench.run('web-1', { failsToStart })
    bench.daemon.engine.adapt = (spec) => ({ ...spec, failsToStart })
    const outcome = await docker.perform(await proposeTo(docker), never())
    expect(outcome).toEqual({
      status: 'failed',
      detail: expect.stringMatching(/not re-created .*no space left.*does not start.*start web-1 by hand/),
    })
    expect(everything().map(({ id, name, status }) => ({ id, name, status }))).toEqual([
      { id: old.id, name: 'web-1', status: 'exited' },
    ])
    const [seen] = await docker.observe(LINEAGE, never())
    expect(seen?.exitCause).not.toBe('person')
    expect(await docker.perform(await bench.propose('start'), never())).toMatchObject({ status: 'done' })
  })

  it('knows that it was its own stop when Docker does not start the old one again', async () => {
    const docker = bench.connect(PATIENT)
    await docker.start()
    const old = runWeb()
    const action = await proposeTo(docker)
    bench.daemon.setFault('start', { kind: 'status', status: 500, message: 'no' })
    expect(await docker.perform(action, never())).toMatchObject({ status: 'failed' })
    expect(await docker.observe(LINEAGE, never())).toMatchObject([
      { replica: { id: old.id, state: 'exited' }, exitCause: 'ours', isReplica: true },
    ])
  })

  it('does nothing when the reference is moved to another image between the look and the creation', async () => {
    const docker = bench.connect(PATIENT)
    const { id, startedAt } = runWeb()
    const action = await proposeTo(docker)
    bench.daemon.intercept = ({ route }) => {
      if (route === 'create') bench.daemon.engine.images.set('fake:1', `sha256:${'ef'.repeat(32)}`)
      return null
    }
    expect(await docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: expect.stringContaining('the image fake:1 was moved meanwhile'),
    })
    expect(expectOneWell()).toMatchObject({ id, startedAt })
  })

  it('stops at the first replica that fails, and leaves the others as they are', async () => {
    const docker = bench.connect(PATIENT)
    bench.run('web-1')
    const second = bench.run('web-2')
    const action = await proposeTo(docker)
    bench.daemon.setFault('create', { kind: 'status', status: 500, message: 'no' })
    expect(await docker.perform(action, never())).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/web-1 was not re-created.*left as they were: web-2/),
    })
    expect(second.status).toBe('running')
  })

  it('says so when the image of the reference is gone, and nothing was done', async () => {
    const docker = bench.connect(PATIENT)
    const old = runWeb()
    const action = await proposeTo(docker)
    bench.daemon.engine.images.clear()
    expect(await docker.perform(action, never())).toEqual({
      status: 'failed',
      detail: expect.stringMatching(/not re-created .*No such image/),
    })
    expect(expectOneWell().id).toBe(old.id)
  })

  it('is never looked at while nobody has the right name', async () => {
    const docker = bench.connect(PATIENT)
    runWeb()
    const action = await proposeTo(docker)
    const { daemon } = bench
    let looking: ReturnType<DockerAdapter['observe']> | undefined
    daemon.intercept = ({ route }) => {
      if (route !== 'rename') return null
      if (looking !== undefined) {
        const event = Promise.race([daemon.nextCall('list'), new Promise((resolve) => setTimeout(resolve, 100))])
        return { kind: 'after', event }
      }
      looking = docker.observe(LINEAGE, never())
      return null
    }
    expect(await docker.perform(action, never())).toMatchObject({ status: 'done' })
    expect(await looking).toMatchObject([{ replica: { name: 'web-1' } }])
  })
})
