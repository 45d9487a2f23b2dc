/** The part of the Docker adapter's contract that says what `recreate` does. */
import { expect, it } from 'vitest'
import { recreate } from '../../src/authoring/index.ts'
import { keptNameOf } from '../../src/docker/recreate-name.ts'
import { comparable, volumesByPlace } from './comparable-inspection.ts'
import { describeBreakingOff } from './docker-contract-broken-off.ts'
import { type ContractCase, OPTED_IN, signal } from './docker-contract-fixture.ts'
import { waitFor } from './wait-for.ts'

/** Declares the cases; `the` returns the current one. */
export function describeRecreating(the: () => ContractCase): void {
  describeReplacing(the)
  describeKeeping(the)
  describeRefusing(the)
  describeFailing(the)
  describeBreakingOff(the)
}

const perform = async (the: () => ContractCase, service = 'web') =>
  the().docker.perform(recreate(await the().target(service)), signal())

function describeReplacing(the: () => ContractCase): void {
  it('replaces a running container by a new one that runs under its name, and leaves nothing behind', async () => {
    const { id, name } = await the().run({ restart: 'unless-stopped' })
    const outcome = await perform(the)
    const { replica, exitCause, isReplica } = await the().see()
    expect(outcome).toEqual({
      status: 'done',
      detail: expect.stringContaining(`${name} was re-created and runs since`),
    })
    expect(replica).toMatchObject({ name, state: 'running', restartPolicy: 'unless-stopped', restartCount: 0 })
    expect(replica.id).not.toBe(id)
    expect({ exitCause, isReplica }).toEqual({ exitCause: null, isReplica: true })
    expect(await the().namesOfAll()).toEqual([name])
  })

  it('replaces a container whose process ended, and starts the new one', async () => {
    const { id, name, signalFromHost } = await the().run()
    await signalFromHost('KILL')
    await the().untilEnded()
    expect(await perform(the)).toMatchObject({ status: 'done' })
    const { replica } = await the().see()
    expect(replica).toMatchObject({ name, state: 'running', finishedAt: null, exitCode: 0 })
    expect(replica.id).not.toBe(id)
  })

  it('replaces replicas one after the other, each running before the next is stopped', async () => {
    const first = await the().run({ number: 1 })
    const second = await the().run({ number: 2 })
    const outcome = await perform(the)
    expect(outcome).toMatchObject({
      status: 'done',
      detail: expect.stringMatching(/-1 was re-created.*-2 was re-created/),
    })
    const after = (await the().observe()).map(({ replica, createdAt }) => ({ ...replica, createdAt }))
    expect(after.map(({ name }) => name)).toEqual([first.name, second.name])
    expect(Date.parse(after[0]?.startedAt ?? '')).toBeLessThanOrEqual(after[1]?.createdAt ?? 0)
  })

  it('replaces a replacement', async () => {
    await the().run({ anonymousVolumes: ['/cache'] })
    await perform(the)
    const before = await the().inspect()
    expect(await perform(the)).toMatchObject({ status: 'done' })
    const after = await the().inspect()
    expect(after.Id).not.toBe(before.Id)
    expect(comparable(after)).toEqual(comparable(before))
    expect(after.Config.Labels['selfheal.replaces']).toBe(before.Id)
  })

  it('stops the old one with its own stop timeout', async () => {
    const { name } = await the().run({ stopTimeoutSeconds: 2, traps: { TERM: 'ignore' } })
    expect(await perform(the)).toMatchObject({ status: 'done' })
    expect(await the().namesOfAll()).toEqual([name])
  })
}

function describeKeeping(the: () => ContractCase): void {
  it('keeps environment, command, labels, health check, limits and everything else that inspect tells', async () => {
    await the().run({
      restart: 'on-failure',
      labels: { ...OPTED_IN, team: 'shop' },
      config: {
        Env: ['A=1', 'B=two words'],
        WorkingDir: '/tmp',
        Healthcheck: { Test: ['CMD', 'true'], Interval: 60_000_000_000, Retries: 4 },
        Volumes: {},
      },
      hostConfig: {
        Memory: 64 * 1024 * 1024,
        CapAdd: ['NET_ADMIN'],
        ExtraHosts: ['other:10.1.2.3'],
        Tmpfs: { '/t': '' },
      },
    })
    const before = await the().inspect()
    expect(await perform(the)).toMatchObject({ status: 'done' })
    const after = await the().inspect()
    expect(comparable(after)).toEqual(comparable(before))
    expect(after.HostConfig.Memory).toBe(64 * 1024 * 1024)
    expect(after.Config.Env).toEqual(expect.arrayContaining(['A=1', 'B=two words']))
  })

  it('keeps both networks with their aliases and the address that was asked for', async () => {
    const [front, back] = [`${the().project}_front`, `${the().project}_back`]
    await the().createNetwork(front, '10.213.7.0/24')
    await the().createNetwork(back, '10.213.8.0/24')
    await the().run({
      networkMode: front,
      networks: {
        [front]: { Aliases: ['shop', 'web'], IPAMConfig: { IPv4Address: '10.213.7.5' } },
        [back]: { Aliases: ['behind'] },
      },
    })
    const before = await the().inspect()
    expect(await perform(the)).toMatchObject({ status: 'done' })
    const after = await the().inspect()
    expect(comparable(after)).toEqual(comparable(before))
    expect((await the().see()).replica.addresses).toMatchObject({ [front]: '10.213.7.5', [back]: expect.any(String) })
    expect(after.NetworkSettings.Networks[front]?.Aliases).toEqual(expect.arrayContaining(['shop', 'web']))
    expect(after.NetworkSettings.Networks[back]?.Aliases).toContain('behind')
    expect(JSON.stringify(after.NetworkSettings.Networks)).not.toContain(before.Id.slice(0, 12))
  })

  it('keeps a fixed port of the host', async () => {
    const binding = { '80/tcp': [{ HostIp: '', HostPort: '28317' }] }
    await the().run({ portBindings: binding })
    expect(await perform(the)).toMatchObject({ status: 'done' })
    expect((await the().inspect()).HostConfig.PortBindings).toEqual(binding)
  })

  it('keeps named volumes, and anonymous ones too', async () => {
    const named = await the().createVolume()
    await the().run({ hostConfig: { Binds: [`${named}:/data`] }, anonymousVolumes: ['/cache'] })
    const before = await the().inspect()
    expect(await perform(the)).toMatchObject({ status: 'done' })
    const after = await the().inspect()
    expect(volumesByPlace(after)).toEqual(volumesByPlace(before))
    expect(volumesByPlace(after)).toMatchObject({ '/data': named, '/cache': expect.stringMatching(/^[0-9a-f]{64}$/) })
  })

  it('uses the image that ran, under its reference as long as that means it', async () => {
    const image = await the().createImage()
    await the().run({ image })
    const before = await the().inspect()
    await perform(the)
    expect(await the().inspect()).toMatchObject({ Image: before.Image, Config: { Image: image } })
    await the().moveImage(image)
    expect(await perform(the)).toMatchObject({ status: 'done' })
    expect(await the().inspect()).toMatchObject({ Image: before.Image, Config: { Image: before.Image } })
  })

  it('gives a new host name where Docker had made it up, and keeps one that was asked for', async () => {
    await the().run({ service: 'made-up' })
    await the().run({ service: 'asked', config: { Hostname: 'shop-front' } })
    await perform(the, 'made-up')
    await perform(the, 'asked')
    const madeUp = await the().inspect('made-up')
    expect(madeUp.Config.Hostname).toBe(madeUp.Id.slice(0, 12))
    expect((await the().inspect('asked')).Config.Hostname).toBe('shop-front')
  })
}

function describeRefusing(the: () => ContractCase): void {
  it('refuses a container that was started anew since the proposal', async () => {
    const { id } = await the().run()
    const action = recreate(await the().target())
    await the().person.getContainer(id).restart({ t: 0 })
    expect(await the().docker.perform(action, signal())).toMatchObject({ status: 'refused', reason: 'target-changed' })
    expect((await the().see()).replica.id).toBe(id)
  })

  it('refuses what provides its namespace to others, and names them', async () => {
    const owner = await the().run()
    const user = await the().run({ service: 'side', networkMode: `container:${owner.id}` })
    const refusal = await perform(the)
    expect(refusal).toEqual({
      status: 'refused',
      reason: 'namespace-shared',
      detail: expect.stringContaining(user.name),
    })
    expect(await perform(the, 'side')).toMatchObject({ status: 'done' })
  })

  it('refuses what one of the old links leads to, and names who would lose it', async () => {
    const owner = await the().run()
    const user = await the().run({ service: 'side', hostConfig: { Links: [`${owner.name}:db`] } })
    const refusal = await perform(the)
    expect(refusal).toEqual({
      status: 'refused',
      reason: 'namespace-shared',
      detail: expect.stringContaining(user.name),
    })
    expect(await perform(the, 'side')).toMatchObject({ status: 'done' })
  })

  it("refuses a task of Swarm's", async () => {
    await the().run({ labels: { ...OPTED_IN, 'com.docker.swarm.task.id': 'x1' } })
    expect(await perform(the)).toMatchObject({ status: 'refused', reason: 'no-target' })
  })

  it('refuses one-off runs and containers that remove themselves', async () => {
    await the().run({ service: 'oneoff', labels: { ...OPTED_IN, 'com.docker.compose.oneoff': 'True' } })
    await the().run({ service: 'passing', autoRemove: true })
    expect(await perform(the, 'oneoff')).toMatchObject({ status: 'refused', reason: 'no-target' })
    expect(await perform(the, 'passing')).toMatchObject({ status: 'refused', reason: 'no-target' })
  })

  it('leaves down what a person stopped', async () => {
    const { id } = await the().run()
    const action = recreate(await the().target())
    await the().person.getContainer(id).stop()
    await the().expectCause('person')
    expect(await the().docker.perform(action, signal())).toMatchObject({
      status: 'refused',
      reason: 'stopped-by-person',
    })
    expect((await the().see()).replica).toMatchObject({ id, state: 'exited' })
  })
}

function describeFailing(the: () => ContractCase): void {
  it('does nothing when the new one cannot be created', async () => {
    const { id, name } = await the().run()
    const action = recreate(await the().target())
    const { startedAt } = (await the().see()).replica
    const taken = await the().occupy(`${name}.selfheal-new-${id.slice(0, 12)}`)
    const outcome = await the().docker.perform(action, signal())
    expect(outcome).toEqual({ status: 'failed', detail: expect.stringContaining('was not re-created') })
    expect((await the().see()).replica).toMatchObject({ id, startedAt, state: 'running' })
    expect((await the().namesOfAll()).toSorted()).toEqual([name, taken].toSorted())
  })

  it('brings the old one back when the new one cannot take its place', async () => {
    const { id, name } = await the().run({ restart: 'unless-stopped' })
    const action = recreate(await the().target())
    const taken = await the().occupy(keptNameOf({ id, name }))
    const outcome = await the().docker.perform(action, signal())
    expect(outcome).toEqual({ status: 'failed', detail: expect.stringContaining('the old container was brought back') })
    const { replica, exitCause } = await the().see()
    expect(replica).toMatchObject({ id, name, state: 'running', restartPolicy: 'unless-stopped' })
    expect(exitCause).toBeNull()
    expect((await the().namesOfAll()).toSorted()).toEqual([name, taken].toSorted())
  })

  it('brings the old one back when the new one ends at once', async () => {
    const { id, name } = await the().run({ restart: 'unless-stopped', runsOnce: true })
    const outcome = await perform(the)
    expect(outcome).toMatchObject({ status: 'failed', detail: expect.stringContaining('not re-created') })
    await waitFor(async () => expect(await the().namesOfAll()).toEqual([name]))
    const { replica } = await the().see()
    expect(replica).toMatchObject({ id, name, restartPolicy: 'unless-stopped' })
  })
}
