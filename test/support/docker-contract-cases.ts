/** What the Docker adapter promises, as one suite of cases: run against a fake daemon and against the real engine. */
import Dockerode from 'dockerode'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { restart, start, type Target } from '../../src/authoring/index.ts'
import { createDocker, type DockerAdapter, type DockerOptions } from '../../src/docker/create-docker.ts'
import type { Container, ExitCause } from '../../src/remediation/ports.ts'
import type { SignalAnswer } from './fake-docker-engine.ts'

/** A container for a case, named and labelled as Compose would. */
export type CaseSpec = {
  readonly service?: string
  readonly number?: number
  /** Added to Compose's labels. */
  readonly labels?: Readonly<Record<string, string>>
  readonly restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
  readonly autoRemove?: boolean
  readonly networkMode?: string
  /** Default 1. */
  readonly stopTimeoutSeconds?: number
  /** How its process answers signals; what is not named ends it. */
  readonly traps?: Readonly<Record<string, SignalAnswer>>
  readonly isStarted?: boolean
}

/** A container that lives for one case. */
export type CaseContainer = {
  readonly id: string
  readonly name: string
  /** A signal from the host: to the engine, the process' own doing. */
  readonly signalFromHost: (signal: 'KILL' | 'USR1' | 'HUP' | 'TERM') => Promise<void>
}

/** An engine that the cases run against. */
export type CasePlatform = {
  readonly name: string
  readonly host: string
  /** Creates a container of the project, and starts it. */
  readonly create: (project: string, spec: CaseSpec) => Promise<CaseContainer>
  readonly dispose: () => Promise<void>
}

const OPTED_IN = { 'selfheal.enable': 'true' }
const signal = () => AbortSignal.timeout(30_000)

/** Declares the suite. */
export function describeDockerContract(openPlatform: () => Promise<CasePlatform>, label: string): void {
  describe(`Docker adapter on ${label}`, () => {
    let platform: CasePlatform
    let docker: DockerAdapter
    let person: Dockerode
    let project: string
    const adapters: DockerAdapter[] = []
    const created: CaseContainer[] = []

    const connect = (options: Partial<DockerOptions> = {}): DockerAdapter => {
      const { host } = platform
      const adapter = createDocker({
        ...{ name: 'local', host, timeoutMs: 5000, optIn: () => false, protectedAddresses: [], now: Date.now },
        machine: { ownContainerIds: [], names: [] },
        ...options,
      })
      adapters.push(adapter)
      return adapter
    }
    const run = async (spec: CaseSpec = {}): Promise<CaseContainer> => {
      const container = await platform.create(project, { labels: OPTED_IN, ...spec })
      created.push(container)
      return container
    }
    const observe = (service = 'web', adapter = docker) => adapter.observe(`local/${project}/${service}`, signal())
    const see = async (service = 'web', adapter = docker): Promise<Container> => {
      const [container] = await observe(service, adapter)
      if (container === undefined) throw new Error(`no container of ${service}`)
      return container
    }
    const target = async (service = 'web'): Promise<Target> => {
      const containers = await observe(service)
      const replicas = containers.map(({ replica }) => replica)
      return { lineage: `local/${project}/${service}`, engine: 'local', project, service, replicas }
    }
    const untilEnded = (service = 'web', adapter = docker) =>
      vi.waitFor(async () => expect((await see(service, adapter)).replica.state).toBe('exited'), { timeout: 10_000 })
    const expectCause = (cause: ExitCause | null, adapter = docker) =>
      vi.waitFor(async () => expect((await see('web', adapter)).exitCause).toBe(cause), { timeout: 10_000 })

    beforeEach(async () => {
      platform = await openPlatform()
      project = `case${Math.random().toString(36).slice(2, 8)}`
      person = new Dockerode({ socketPath: platform.host.replace('unix://', '') })
      docker = connect()
      await docker.start()
    })

    afterEach(async () => {
      for (const adapter of adapters.splice(0)) await adapter.stop()
      for (const { id } of created.splice(0))
        await person
          .getContainer(id)
          .remove({ force: true })
          .catch(() => {})
      await platform.dispose()
    })

    it('answers a ping', async () => {
      await expect(docker.ping(signal())).resolves.toBeUndefined()
    })

    it('sees a running container as Docker tells of it', async () => {
      const { id, name } = await run({ restart: 'unless-stopped' })
      const seen = await see()
      expect(seen).toMatchObject({
        ...{ lineage: `local/${project}/web`, project, service: 'web', isReplica: true, isOptedIn: true },
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
      await run({ number: 2 })
      await run({ number: 1 })
      await run({ service: 'stock' })
      const listed = await docker.list(signal())
      const mine = listed.filter((one) => one.project === project).map(({ replica }) => replica.name)
      expect(mine.toSorted()).toEqual([`${project}-stock-1`, `${project}-web-1`, `${project}-web-2`])
      const names = (await observe()).map(({ replica }) => replica.name)
      expect(names).toEqual([`${project}-web-1`, `${project}-web-2`])
    })

    it('observes nothing for a lineage that names nothing', async () => {
      expect(await observe('nothing')).toEqual([])
    })

    it('tells a container that was never started from one that ended', async () => {
      await run({ isStarted: false })
      const { replica, exitCause, isReplica } = await see()
      expect(replica).toMatchObject({ state: 'created', startedAt: null, finishedAt: null, addresses: {} })
      expect({ exitCause, isReplica }).toEqual({ exitCause: 'unknown', isReplica: true })
    })

    it('does not count one-off runs, containers that remove themselves and completed jobs as replicas', async () => {
      await run({ service: 'oneoff', labels: { ...OPTED_IN, 'com.docker.compose.oneoff': 'True' } })
      await run({ service: 'passing', autoRemove: true })
      const job = await run({ service: 'job', traps: { USR1: 0 } })
      await job.signalFromHost('USR1')
      await untilEnded('job')
      const replicas = await Promise.all(['oneoff', 'passing', 'job'].map(async (one) => (await see(one)).isReplica))
      expect(replicas).toEqual([false, false, false])
    })

    it('protects what shares a network namespace with what is protected, in either direction', async () => {
      const owner = await run({ service: 'vpn', labels: { ...OPTED_IN, 'selfheal.protect': 'true' } })
      await run({ service: 'web', networkMode: `container:${owner.id}` })
      const labelled = await run({ service: 'shop' })
      const labels = { ...OPTED_IN, 'selfheal.protect': 'true' }
      await run({ service: 'side', networkMode: `container:${labelled.id}`, labels })
      expect((await see('vpn')).protectedBecause).toContain('selfheal.protect')
      expect((await see('web')).protectedBecause).toContain(owner.name)
      expect((await see('shop')).protectedBecause).toContain(`${project}-side-1`)
    })

    it('protects its own container and what is behind a protected address', async () => {
      const own = await run({ service: 'selfheal' })
      await run({ service: 'prometheus' })
      const machine = { ownContainerIds: [own.id.slice(0, 12)], names: [] }
      const adapter = connect({ machine, protectedAddresses: ['http://user:secret@prometheus:9090/hidden'] })
      expect((await see('selfheal', adapter)).protectedBecause).toContain('selfheal itself')
      const because = (await see('prometheus', adapter)).protectedBecause
      expect(because).toContain('prometheus:9090')
      expect(because).not.toMatch(/secret|hidden/)
    })

    it('starts a container whose process ended', async () => {
      const { id, name, signalFromHost } = await run()
      await signalFromHost('KILL')
      await untilEnded()
      const before = await target()
      const outcome = await docker.perform(start(before), signal())
      const { replica, exitCause } = await see()
      expect(outcome).toEqual({ status: 'done', detail: expect.stringContaining(`${name} was started`) })
      expect(outcome.detail).toContain(replica.startedAt)
      expect(replica).toMatchObject({ id, state: 'running' })
      expect(replica.startedAt).not.toBe(before.replicas[0]?.startedAt)
      expect(exitCause).toBeNull()
    })

    it('leaves a container alone that runs by the time it is to be started', async () => {
      const { id, signalFromHost } = await run()
      await signalFromHost('KILL')
      await untilEnded()
      const action = start(await target())
      await person.getContainer(id).start()
      const { replica } = await see()
      const outcome = await docker.perform(action, signal())
      expect(outcome).toMatchObject({ status: 'done', detail: expect.stringContaining('left alone') })
      expect((await see()).replica.startedAt).toBe(replica.startedAt)
    })

    it('restarts with the stop timeout of the container, and that is neither a crash nor a person', async () => {
      await run({ stopTimeoutSeconds: 2, traps: { TERM: 'ignore' } })
      const before = await target()
      const outcome = await docker.perform(restart(before), signal())
      const { replica, exitCause } = await see()
      expect(outcome).toMatchObject({ status: 'done', detail: expect.stringContaining(replica.startedAt ?? '?') })
      expect(replica.startedAt).not.toBe(before.replicas[0]?.startedAt)
      expect(exitCause).toBeNull()
    })

    it('restarts a container that is not running', async () => {
      const { signalFromHost } = await run()
      await signalFromHost('KILL')
      await untilEnded()
      expect(await docker.perform(restart(await target()), signal())).toMatchObject({ status: 'done' })
      expect((await see()).replica.state).toBe('running')
    })

    it('restarts replicas one after the other, each running before the next is stopped', async () => {
      await run({ number: 1 })
      await run({ number: 2 })
      expect(await docker.perform(restart(await target()), signal())).toMatchObject({ status: 'done' })
      const [first, second] = (await observe()).map(({ replica }) => replica)
      expect(Date.parse(first?.startedAt ?? '')).toBeLessThanOrEqual(Date.parse(second?.finishedAt ?? ''))
    })

    it('restarts all replicas at once when told so', async () => {
      await run({ number: 1, stopTimeoutSeconds: 3, traps: { TERM: 'ignore' } })
      await run({ number: 2, stopTimeoutSeconds: 1, traps: { TERM: 'ignore' } })
      expect(await docker.perform(restart(await target(), { strategy: 'all' }), signal())).toMatchObject({
        status: 'done',
        detail: expect.stringMatching(/-1 was restarted.*-2 was restarted/),
      })
      const [first, second] = (await observe()).map(({ replica }) => replica)
      expect(Date.parse(second?.startedAt ?? '')).toBeLessThan(Date.parse(first?.finishedAt ?? ''))
    })

    it('refuses a container that was started anew since the proposal', async () => {
      const { id } = await run()
      const action = restart(await target())
      await person.getContainer(id).restart({ t: 0 })
      const { replica } = await see()
      expect(await docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'target-changed' })
      expect((await see()).replica.startedAt).toBe(replica.startedAt)
    })

    it('refuses the whole action when one of its containers is gone', async () => {
      await run({ number: 1 })
      const { id } = await run({ number: 2 })
      const action = restart(await target(), { strategy: 'all' })
      await person.getContainer(id).remove({ force: true })
      const before = await see()
      expect(await docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'target-changed' })
      expect((await see()).replica.startedAt).toBe(before.replica.startedAt)
    })

    it('refuses a paused container', async () => {
      const { id } = await run()
      const action = restart(await target())
      await person.getContainer(id).pause()
      expect(await docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'paused-container' })
      expect(await see()).toMatchObject({ replica: { state: 'paused' }, exitCause: null })
      await person.getContainer(id).unpause()
    })

    it('refuses what is not opted in, what is protected, and an action without containers', async () => {
      await run({ service: 'out', labels: {} })
      await run({ service: 'kept', labels: { ...OPTED_IN, 'selfheal.protect': 'true' } })
      const reasons = await Promise.all(
        ['out', 'kept', 'nothing'].map(async (one) => docker.perform(restart(await target(one)), signal())),
      )
      expect(reasons).toMatchObject([
        { status: 'refused', reason: 'not-opted-in' },
        { status: 'refused', reason: 'protected' },
        { status: 'refused', reason: 'no-target' },
      ])
    })

    it('leaves down what a person stops after the proposal', async () => {
      const { id } = await run()
      const action = restart(await target())
      await person.getContainer(id).stop()
      await expectCause('person')
      expect(await docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'stopped-by-person' })
      expect((await see()).replica.state).toBe('exited')
    })

    it.each(['no', 'on-failure'] as const)(
      'calls an end by a signal of the host a crash, under policy %s',
      async (policy) => {
        const { signalFromHost } = await run({ restart: policy, traps: { USR1: policy === 'no' ? 3 : 0 } })
        await signalFromHost('USR1')
        await untilEnded()
        await expectCause('crash')
      },
    )

    it.each(['no', 'always'] as const)('calls a stop through the engine a person, under policy %s', async (policy) => {
      const { id } = await run({ restart: policy, traps: { TERM: 0 } })
      await person.getContainer(id).stop()
      await expectCause('person')
      expect((await see()).isReplica).toBe(true)
    })

    it('calls a kill through the engine a person', async () => {
      const { id } = await run()
      await person.getContainer(id).kill()
      await expectCause('person')
    })

    it('calls a crash some time after a reload signal a crash, not a person', async () => {
      const { id, signalFromHost } = await run({ traps: { HUP: 'ignore' } })
      await person.getContainer(id).kill({ signal: 'SIGHUP' })
      await signalFromHost('KILL')
      await untilEnded()
      await expectCause('crash')
    })

    it('calls a process that a reload signal ended a person', async () => {
      const { id } = await run()
      await person.getContainer(id).kill({ signal: 'SIGHUP' })
      await untilEnded()
      await expectCause('person')
    })

    it('learns from replayed events what happened before it watched', async () => {
      const late = connect()
      const { id, signalFromHost } = await run()
      await signalFromHost('KILL')
      await untilEnded('web', late)
      await late.start()
      await expectCause('crash', late)
      await person.getContainer(id).start()
      await person.getContainer(id).stop()
      const later = connect()
      await later.start()
      await expectCause('person', later)
    })

    it('asks, where nothing was seen and no restart policy tells', async () => {
      const blind = connect()
      const { id } = await run({ service: 'none' })
      await person.getContainer(id).stop()
      const always = await run({ service: 'always', restart: 'always' })
      await person.getContainer(always.id).stop()
      expect((await see('none', blind)).exitCause).toBe('unknown')
      expect((await see('always', blind)).exitCause).toBe('person')
    })
  })
}
