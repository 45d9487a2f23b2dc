import { describe, expect, it } from 'vitest'
import { toCreateSpec } from '../../../src/docker/recreate-spec.ts'
import { asObject, type JsonObject, objectAt } from '../../../src/docker/shape.ts'

const ID = 'ab'.repeat(32)
const IMAGE = `sha256:${'cd'.repeat(32)}`

type Parts = {
  readonly config?: JsonObject
  readonly host?: JsonObject
  readonly networks?: Readonly<Record<string, JsonObject>>
  readonly mounts?: readonly JsonObject[]
  readonly isRunning?: boolean
}

const inspected = ({ config = {}, host = {}, networks = {}, mounts = [], isRunning = true }: Parts): JsonObject => ({
  ...{ Id: ID, Name: '/web-1', Image: IMAGE, State: { Running: isRunning }, Mounts: mounts },
  Config: { Hostname: ID.slice(0, 12), Image: 'web:1', Labels: null, ...config },
  HostConfig: { NetworkMode: 'default', ...host },
  NetworkSettings: { Networks: networks },
})

const bodyOf = (parts: Parts) => toCreateSpec(inspected(parts), 'web:1').body
const endpointsOf = (parts: Parts) => objectAt(objectAt(bodyOf(parts), 'NetworkingConfig'), 'EndpointsConfig')
const mountsOf = (parts: Parts) => objectAt(bodyOf(parts), 'HostConfig').Mounts

describe('toCreateSpec', () => {
  it('keeps the configuration and the limits whole, members that it has never heard of among them', () => {
    const config = { Env: ['A=1'], Cmd: ['x'], Entrypoint: ['/e'], Healthcheck: { Test: ['NONE'] }, Invented: { a: 1 } }
    const host = { Memory: 5, Binds: ['/a:/b:ro'], RestartPolicy: { Name: 'always' }, Invented: [2] }
    expect(bodyOf({ config, host })).toMatchObject({ ...config, Image: 'web:1', HostConfig: host })
  })

  it('says whom it replaces and whether that one ran, whatever the old one said of itself', () => {
    const config = { Labels: { team: 'shop', 'selfheal.replaces': 'older', 'selfheal.replaces.ran': 'true' } }
    expect(bodyOf({ config, isRunning: false }).Labels).toEqual({
      ...{ team: 'shop', 'selfheal.replaces': ID, 'selfheal.replaces.ran': 'false' },
    })
  })

  it.each([
    ['the short id', { Hostname: ID.slice(0, 12) }, {}, undefined],
    ['a name that was asked for', { Hostname: 'front' }, {}, 'front'],
    ['the name of the container that it joins', { Hostname: 'front' }, { NetworkMode: 'container:x' }, undefined],
    ['the name of the machine', { Hostname: 'front' }, { UTSMode: 'host' }, undefined],
  ])('has the right host name where the old one had %s', (_name, config, host, hostname) => {
    expect(bodyOf({ config, host }).Hostname).toBe(hostname)
  })

  it.each([[null], [[]], [undefined]])(
    'keeps an emptied entry point empty (%j), else the image would bring its own back',
    (Entrypoint) => {
      expect(bodyOf({ config: { Entrypoint } }).Entrypoint).toEqual([''])
    },
  )

  it('leaves to the container whose network it joins what Docker refuses there', () => {
    const config = { ExposedPorts: { '80/tcp': {} }, MacAddress: '02:42:ac:11:00:09' }
    const host = { NetworkMode: 'container:vpn' }
    const spec = toCreateSpec(inspected({ config, host, networks: {} }), 'web:1')
    expect(spec.body).not.toHaveProperty('ExposedPorts')
    expect(spec.body).not.toHaveProperty('MacAddress')
    expect(spec.body).not.toHaveProperty('NetworkingConfig')
    expect(bodyOf({ config })).toMatchObject(config)
  })

  it('asks in its first network for what was asked for, and for nothing that Docker had chosen', () => {
    const front = {
      ...{ IPAMConfig: { IPv4Address: '10.0.0.5' }, Links: ['db:db'], Aliases: ['web', ID.slice(0, 12)] },
      ...{
        NetworkID: 'n',
        EndpointID: 'e',
        Gateway: '10.0.0.1',
        IPAddress: '10.0.0.5',
        MacAddress: '02:42:0a:00:00:05',
      },
      DriverOpts: { mtu: '1400' },
    }
    expect(endpointsOf({ host: { NetworkMode: 'front' }, networks: { front } })).toEqual({
      front: {
        ...{ IPAMConfig: { IPv4Address: '10.0.0.5' }, Links: ['db:db'], Aliases: ['web'], DriverOpts: { mtu: '1400' } },
      },
    })
  })

  it('connects one network at the creation and the others later', () => {
    const networks = { back: { Aliases: ['b'] }, front: { Aliases: ['f'] } }
    const spec = toCreateSpec(inspected({ host: { NetworkMode: 'front' }, networks }), 'web:1')
    expect(asObject(spec.body.NetworkingConfig, 'it').EndpointsConfig).toEqual({ front: { Aliases: ['f'] } })
    expect(spec.networks).toEqual([{ network: 'back', endpoint: { Aliases: ['b'] } }])
  })

  it('asks for nothing in the default network, and finds one that is named by its id', () => {
    expect(bodyOf({ networks: { bridge: { IPAddress: '172.17.0.2' } } })).not.toHaveProperty('NetworkingConfig')
    const id = 'ef'.repeat(32)
    const parts = { host: { NetworkMode: id }, networks: { front: { NetworkID: id, Aliases: ['f'] } } }
    expect(endpointsOf(parts)).toEqual({ [id]: { Aliases: ['f'] } })
    expect(toCreateSpec(inspected(parts), 'web:1').networks).toEqual([])
  })

  it('begins in a network that it is in, where somebody has disconnected it from its own', () => {
    const spec = toCreateSpec(inspected({ networks: { front: { Aliases: ['f'] } } }), 'web:1')
    expect(spec.body).toMatchObject({
      HostConfig: { NetworkMode: 'front' },
      NetworkingConfig: { EndpointsConfig: { front: { Aliases: ['f'] } } },
    })
    expect(spec.networks).toEqual([])
  })

  const volume = (Name: string, Destination: string, rest: JsonObject = {}) => ({
    ...{
      Type: 'volume',
      Name,
      Source: `/var/lib/docker/volumes/${Name}/_data`,
      Destination,
      Driver: 'local',
      RW: true,
    },
    ...rest,
  })

  it('names anonymous volumes, so that the new container has the same ones', () => {
    const mounts = [volume('aa', '/cache'), volume('bb', '/ro', { RW: false }), volume('cc', '/nfs', { Driver: 'nfs' })]
    expect(mountsOf({ mounts })).toEqual([
      { Type: 'volume', Source: 'aa', Target: '/cache', ReadOnly: false },
      { Type: 'volume', Source: 'bb', Target: '/ro', ReadOnly: true },
      {
        ...{ Type: 'volume', Source: 'cc', Target: '/nfs', ReadOnly: false },
        VolumeOptions: { DriverConfig: { Name: 'nfs' } },
      },
    ])
  })

  it('names an anonymous volume in the mount that asked for it, and mounts nothing twice', () => {
    const mounts = [
      volume('aa', '/cache'),
      volume('bb', '/data'),
      volume('cc', '/named'),
      { Type: 'bind', Destination: '/b' },
    ]
    const host = {
      Binds: ['bb:/data/:rw', '/host:/b'],
      Mounts: [
        { Type: 'volume', Target: '/cache', VolumeOptions: { Labels: { a: 'b' } } },
        { Type: 'volume', Source: 'cc', Target: '/named' },
        { Type: 'tmpfs', Target: '/t' },
      ],
    }
    expect(mountsOf({ host, mounts })).toEqual([
      { Type: 'volume', Source: 'aa', Target: '/cache', VolumeOptions: { Labels: { a: 'b' } } },
      { Type: 'volume', Source: 'cc', Target: '/named' },
      { Type: 'tmpfs', Target: '/t' },
    ])
  })
})
