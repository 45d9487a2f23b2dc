import { describe, expect, it } from 'vitest'
import { decodeInspection, type Inspection } from '../../../src/docker/inspection.ts'
import { decodeListing } from '../../../src/docker/listing.ts'
import { parseProtectedAddress } from '../../../src/docker/protected-address.ts'
import { findProtections } from '../../../src/docker/protection.ts'
import { FakeEngine, type FakeSpec } from '../../support/fake-docker-engine.ts'
import { inspectedJson, listedJson } from '../../support/fake-docker-json.ts'

type Setting = {
  readonly addresses?: readonly string[]
  readonly names?: readonly string[]
  readonly own?: string
  readonly unseen?: string
}

/** Why each of the containers is protected, by name. */
function protections(specs: readonly FakeSpec[], { addresses = [], names = [], own, unseen }: Setting = {}) {
  const engine = new FakeEngine()
  const containers = specs.map((spec) => {
    const mode = /^container:(.+)$/.exec(spec.networkMode ?? '')?.[1]
    const networkMode = mode === undefined ? spec.networkMode : `container:${engine.find(mode).id}`
    const container = engine.create({ ...spec, ...(networkMode === undefined ? {} : { networkMode }) })
    engine.start(container)
    return container
  })
  const looked = containers.filter(({ name }) => unseen === undefined || name !== unseen)
  const inspected: readonly Inspection[] = looked.map((one) => decodeInspection(inspectedJson(one)))
  const ownContainerIds = own === undefined ? [] : [engine.find(own).id.slice(0, 12)]
  const found = findProtections(
    { listed: decodeListing(containers.map(listedJson)), inspected },
    {
      addresses: addresses.map(parseProtectedAddress).filter((one) => one !== null),
      machine: { ownContainerIds, names },
    },
  )
  return Object.fromEntries(inspected.map(({ id, name }) => [name, found.get(id) ?? null]))
}

const published = (HostPort: string, HostIp = '0.0.0.0') => ({ '9090/tcp': [{ HostIp, HostPort }] })

describe('protection', () => {
  it('leaves everything else alone', () => {
    const addresses = ['http://prometheus:9090', 'https://hooks.example.com/T0/secret', 'unix:///run/docker.sock']
    expect(protections([{ name: 'web' }, { name: 'stock' }], { addresses })).toEqual({ web: null, stock: null })
  })

  it.each([
    ['its name', 'http://prom-1:9090', { name: 'prom-1' }],
    ['its name, whatever the letters', 'http://PROM-1.:9090', { name: 'Prom-1' }],
    ['its Compose service', 'http://prom', { name: 'p', labels: { 'com.docker.compose.service': 'prom' } }],
    ['its host name', 'http://prom', { name: 'p', hostname: 'prom' }],
    ['an alias', 'http://prom', { name: 'p', aliases: ['prom'] }],
    ['an alias in a network', 'http://prom.monitoring', { name: 'p', aliases: ['prom'], networkMode: 'monitoring' }],
    ['its address', 'http://172.17.0.2:9090', { name: 'p' }],
  ])('covers what answers at a configured address by %s', (_how, address, spec) => {
    expect(protections([spec], { addresses: [address] })[spec.name]).toContain('behind the configured address')
  })

  it.each([
    ['http://localhost:9090', {}],
    ['http://127.0.0.1:9090', {}],
    ['http://[::1]:9090', {}],
    ['http://host.docker.internal:9090', {}],
    ['http://172.17.0.1:9090', {}],
    ['http://monitor:9090', { names: ['monitor'] }],
    ['http://10.0.0.7:9090', { names: ['10.0.0.7'] }],
  ])('covers what publishes the port on this machine, at %s', (address, setting) => {
    const specs = [
      { name: 'prom', portBindings: published('9090') },
      { name: 'web', portBindings: published('8080') },
    ]
    const found = protections(specs, { addresses: [address], ...setting })
    expect(found).toEqual({ prom: expect.stringContaining('configured address'), web: null })
  })

  it('covers a port that is published on the configured address alone, though it is not known as ours', () => {
    const spec = { name: 'prom', portBindings: published('9090', '192.0.2.7') }
    expect(protections([spec], { addresses: ['http://192.0.2.7:9090'] }).prom).not.toBeNull()
    expect(protections([spec], { addresses: ['http://192.0.2.8:9090'] }).prom).toBeNull()
  })

  it('does not take the port of another machine for the same port here', () => {
    const spec = { name: 'proxy', portBindings: published('443') }
    expect(protections([spec], { addresses: ['https://hooks.example.com/x'] }).proxy).toBeNull()
  })

  it("covers, in the host's own network, what exposes the port, and not what only has the machine's name", () => {
    const specs = [
      { name: 'prom', networkMode: 'host', hostname: 'monitor', exposed: [9090] },
      { name: 'node-exporter', networkMode: 'host', hostname: 'monitor', exposed: [9100] },
    ]
    const found = protections(specs, { addresses: ['http://monitor:9090'], names: ['monitor'] })
    expect(found).toEqual({ prom: expect.any(String), 'node-exporter': null })
  })

  it('covers selfheal itself', () => {
    const found = protections([{ name: 'selfheal' }, { name: 'web' }], { own: 'selfheal' })
    expect(found).toEqual({ selfheal: 'selfheal itself runs in it', web: null })
  })

  it.each(['true', 'TRUE ', 'yes', ''])('covers what is labelled selfheal.protect=%j', (value) => {
    expect(protections([{ name: 'web', labels: { 'selfheal.protect': value } }]).web).not.toBeNull()
    expect(protections([{ name: 'web', labels: { 'selfheal.protect': 'false' } }]).web).toBeNull()
  })

  it('reaches over several steps of shared network namespaces, and no further', () => {
    const found = protections(
      [
        { name: 'vpn' },
        { name: 'prom', networkMode: 'container:vpn' },
        { name: 'sidecar', networkMode: 'container:vpn' },
        { name: 'web', networkMode: 'host' },
        { name: 'stock', networkMode: 'host' },
      ],
      { addresses: ['http://prom:9090'] },
    )
    expect(found).toMatchObject({ vpn: expect.stringContaining('prom'), sidecar: expect.stringContaining('prom') })
    expect([found.web, found.stock]).toEqual([null, null])
  })

  it('knows the machine by the gateway of a network that only a container has which was not looked at', () => {
    const published = { '9093/tcp': [{ HostIp: '', HostPort: '9093' }] }
    const specs: readonly FakeSpec[] = [
      { name: 'alerts', networks: { front: {} }, portBindings: published },
      { name: 'other', networks: { front: {}, back: {} } },
    ]
    const found = protections(specs, { addresses: ['http://172.18.0.1:9093'], unseen: 'other' })
    expect(found.alerts).toContain('172.18.0.1:9093')
  })

  it('tells neither credentials nor the path of an address, which may be secret', () => {
    const [because] = Object.values(protections([{ name: 'hook' }], { addresses: ['http://me:hunter2@hook/T0/token'] }))
    expect(because).toBe('it is behind the configured address hook:80')
  })
})
