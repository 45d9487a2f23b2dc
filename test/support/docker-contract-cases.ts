/** What the Docker adapter promises, as one suite of cases: run against a fake daemon and against the real engine. */
import { describe, expect, it } from 'vitest'
import { restart, start } from '../../src/authoring/index.ts'
import { describeContainerPort, type PortCase } from './container-port-contract.ts'
import { describeExitCauses } from './docker-contract-causes.ts'
import { type CasePlatform, type ContractCase, OPTED_IN, signal, useContractCase } from './docker-contract-fixture.ts'
import { describeHealth } from './docker-contract-health.ts'
import { describeRecreating } from './docker-contract-recreate.ts'

/** Declares the suite; each case opens the platform anew. */
export function describeDockerContract(openPlatform: () => Promise<CasePlatform>, label: string): void {
  describe(`Docker adapter on ${label}`, () => {
    const the = useContractCase(openPlatform)
    describe('observing', () => describeObserving(the))
    describe('acting', () => describeActing(the))
    describe('re-creating', () => describeRecreating(the))
    describe('as any engine of containers', () => describeContainerPort(() => portOf(the())))
    describe('health', () => describeHealth(the))
    describe('who ended a container', () => describeExitCauses(the))
  })
}

function portOf(the: ContractCase): PortCase {
  return {
    port: the.docker,
    lineage: `local/${the.project}/web`,
    add: async (count) => {
      for (let number = 1; number <= count; number += 1) await the.run({ number })
    },
    crash: (name) => the.crash(name),
    restartByHand: async (name) => {
      await the.person.getContainer(name).restart({ t: 0 })
    },
    signal,
  }
}

function describeObserving(the: () => ContractCase): void {
  it('answers a ping', async () => {
    await expect(the().docker.ping(signal())).resolves.toBeUndefined()
  })

  it('sees a running container as Docker tells of it', async () => {
    const { id, name } = await the().run({ restart: 'unless-stopped' })
    const seen = await the().see()
    expect(seen).toMatchObject({
      ...{
        lineage: `local/${the().project}/web`,
        project: the().project,
        service: 'web',
        isReplica: true,
        isOptedIn: true,
      },
      ...{ protectedBecause: null, mode: null, exitCause: null },
      replica: {
        ...{ id, name, state: 'running', health: 'none', exitCode: 0, finishedAt: null, oomKilled: false },
        ...{ restartCount: 0, restartPolicy: 'unless-stopped' },
      },
    })
    expect(seen.hostnames).toEqual(expect.arrayContaining([id.slice(0, 12), name, 'web']))
    expect(Object.values(seen.replica.addresses)).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)])
    expect(Date.parse(seen.replica.startedAt ?? '')).toBeGreaterThanOrEqual(seen.createdAt)
    expect(seen.replica.image).not.toBe('')
    expect(seen.replica.imageId).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  it('lists containers of every lineage but observes only those of one, ordered by name', async () => {
    await the().run({ number: 2 })
    await the().run({ number: 1 })
    await the().run({ service: 'stock' })
    const listed = await the().docker.list(signal())
    const mine = listed.filter((one) => one.project === the().project).map(({ replica }) => replica.name)
    expect(mine.toSorted()).toEqual([`${the().project}-stock-1`, `${the().project}-web-1`, `${the().project}-web-2`])
    const names = (await the().observe()).map(({ replica }) => replica.name)
    expect(names).toEqual([`${the().project}-web-1`, `${the().project}-web-2`])
  })

  it('observes nothing for a lineage that names nothing', async () => {
    expect(await the().observe('nothing')).toEqual([])
  })

  it('tells a container that was never started from one that ended', async () => {
    await the().run({ isStarted: false })
    const { replica, exitCause, isReplica } = await the().see()
    expect(replica).toMatchObject({ state: 'created', startedAt: null, finishedAt: null, addresses: {} })
    expect({ exitCause, isReplica }).toEqual({ exitCause: 'unknown', isReplica: true })
  })

  it('does not count one-off runs, containers that remove themselves and completed jobs as replicas', async () => {
    await the().run({ service: 'oneoff', labels: { ...OPTED_IN, 'com.docker.compose.oneoff': 'True' } })
    await the().run({ service: 'passing', autoRemove: true })
    const job = await the().run({ service: 'job', traps: { USR1: 0 } })
    await job.signalFromHost('USR1')
    await the().untilEnded('job')
    const replicas = await Promise.all(
      ['oneoff', 'passing', 'job'].map(async (one) => (await the().see(one)).isReplica),
    )
    expect(replicas).toEqual([false, false, false])
  })

  it('protects what shares a network namespace with what is protected, in either direction', async () => {
    const owner = await the().run({ service: 'vpn', labels: { ...OPTED_IN, 'selfheal.protect': 'true' } })
    await the().run({ service: 'web', networkMode: `container:${owner.id}` })
    const labelled = await the().run({ service: 'shop' })
    const labels = { ...OPTED_IN, 'selfheal.protect': 'true' }
    await the().run({ service: 'side', networkMode: `container:${labelled.id}`, labels })
    expect((await the().see('vpn')).protectedBecause).toContain('selfheal.protect')
    expect((await the().see('web')).protectedBecause).toContain(owner.name)
    expect((await the().see('shop')).protectedBecause).toContain(`${the().project}-side-1`)
  })

  it('protects its own container and what is behind a protected address', async () => {
    const own = await the().run({ service: 'selfheal' })
    await the().run({ service: 'prometheus' })
    const machine = { ownContainerIds: [own.id.slice(0, 12)], names: [] }
    const adapter = the().connect({ machine, protectedAddresses: ['http://user:secret@prometheus:9090/hidden'] })
    expect((await the().see('selfheal', adapter)).protectedBecause).toContain('selfheal itself')
    const because = (await the().see('prometheus', adapter)).protectedBecause
    expect(because).toContain('prometheus:9090')
    expect(because).not.toMatch(/secret|hidden/)
  })
}

function describeActing(the: () => ContractCase): void {
  it('starts a container whose process ended', async () => {
    const { id, name, signalFromHost } = await the().run()
    await signalFromHost('KILL')
    await the().untilEnded()
    const before = await the().target()
    const outcome = await the().docker.perform(start(before), signal())
    const { replica, exitCause } = await the().see()
    expect(outcome).toEqual({ status: 'done', detail: expect.stringContaining(`${name} was started`) })
    expect(outcome.detail).toContain(replica.startedAt)
    expect(replica).toMatchObject({ id, state: 'running' })
    expect(replica.startedAt).not.toBe(before.replicas[0]?.startedAt)
    expect(exitCause).toBeNull()
  })

  it('leaves a container alone that runs by the time it is to be started', async () => {
    const { id, signalFromHost } = await the().run()
    await signalFromHost('KILL')
    await the().untilEnded()
    const action = start(await the().target())
    await the().person.getContainer(id).start()
    const { replica } = await the().see()
    const outcome = await the().docker.perform(action, signal())
    expect(outcome).toMatchObject({ status: 'done', detail: expect.stringContaining('left alone') })
    expect((await the().see()).replica.startedAt).toBe(replica.startedAt)
  })

  it('restarts with the stop timeout of the container, and that is neither a crash nor a person', async () => {
    await the().run({ stopTimeoutSeconds: 2, traps: { TERM: 'ignore' } })
    const before = await the().target()
    const outcome = await the().docker.perform(restart(before), signal())
    const { replica, exitCause } = await the().see()
    expect(outcome).toMatchObject({ status: 'done', detail: expect.stringContaining(replica.startedAt ?? '?') })
    expect(replica.startedAt).not.toBe(before.replicas[0]?.startedAt)
    expect(exitCause).toBeNull()
  })

  it('restarts a container that is not running', async () => {
    const { signalFromHost } = await the().run()
    await signalFromHost('KILL')
    await the().untilEnded()
    expect(await the().docker.perform(restart(await the().target()), signal())).toMatchObject({ status: 'done' })
    expect((await the().see()).replica.state).toBe('running')
  })

  it('restarts replicas one after the other, each running before the next is stopped', async () => {
    await the().run({ number: 1 })
    await the().run({ number: 2 })
    expect(await the().docker.perform(restart(await the().target()), signal())).toMatchObject({ status: 'done' })
    const [first, second] = (await the().observe()).map(({ replica }) => replica)
    expect(Date.parse(first?.startedAt ?? '')).toBeLessThanOrEqual(Date.parse(second?.finishedAt ?? ''))
  })

  it('restarts all replicas at once when told so', async () => {
    await the().run({ number: 1, stopTimeoutSeconds: 3, traps: { TERM: 'ignore' } })
    await the().run({ number: 2, stopTimeoutSeconds: 1, traps: { TERM: 'ignore' } })
    expect(await the().docker.perform(restart(await the().target(), { strategy: 'all' }), signal())).toMatchObject({
      status: 'done',
      detail: expect.stringMatching(/-1 was restarted.*-2 was restarted/),
    })
    const [first, second] = (await the().observe()).map(({ replica }) => replica)
    expect(Date.parse(second?.startedAt ?? '')).toBeLessThan(Date.parse(first?.finishedAt ?? ''))
  })

  it('refuses a container that was started anew since the proposal', async () => {
    const { id } = await the().run()
    const action = restart(await the().target())
    await the().person.getContainer(id).restart({ t: 0 })
    const { replica } = await the().see()
    expect(await the().docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'target-changed' })
    expect((await the().see()).replica.startedAt).toBe(replica.startedAt)
  })

  it('refuses the whole action when one of its containers is gone', async () => {
    await the().run({ number: 1 })
    const { id } = await the().run({ number: 2 })
    const action = restart(await the().target(), { strategy: 'all' })
    await the().person.getContainer(id).remove({ force: true })
    const before = await the().see()
    expect(await the().docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'target-changed' })
    expect((await the().see()).replica.startedAt).toBe(before.replica.startedAt)
  })

  it('refuses a paused container', async () => {
    const { id } = await the().run()
    const action = restart(await the().target())
    await the().person.getContainer(id).pause()
    expect(await the().docker.perform(action, signal())).toMatchObject({
      status: 'refused',
      reason: 'paused-container',
    })
    expect(await the().see()).toMatchObject({ replica: { state: 'paused' }, exitCause: null })
    await the().person.getContainer(id).unpause()
  })

  it('refuses what is not opted in, what is protected, and an action without containers', async () => {
    await the().run({ service: 'out', labels: {} })
    await the().run({ service: 'kept', labels: { ...OPTED_IN, 'selfheal.protect': 'true' } })
    const reasons = await Promise.all(
      ['out', 'kept', 'nothing'].map(async (one) => the().docker.perform(restart(await the().target(one)), signal())),
    )
    expect(reasons).toMatchObject([
      { status: 'refused', reason: 'not-opted-in' },
      { status: 'refused', reason: 'protected' },
      { status: 'refused', reason: 'no-target' },
    ])
  })

  it('leaves down what a person stops after the proposal', async () => {
    const { id } = await the().run()
    const action = restart(await the().target())
    await the().person.getContainer(id).stop()
    await the().expectCause('person')
    expect(await the().docker.perform(action, signal())).toMatchObject({
      status: 'refused',
      reason: 'stopped-by-person',
    })
    expect((await the().see()).replica.state).toBe('exited')
  })
}
