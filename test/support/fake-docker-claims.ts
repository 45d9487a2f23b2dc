/** What a fake container claims for itself: volumes, ports of the host, fixed addresses. */
import { randomBytes } from 'node:crypto'
import { arrayAt, isObject, type JsonObject, looseTextAt, objectAt } from '../../src/docker/shape.ts'
import type { FakeSpec } from './fake-docker-engine.ts'

/** The mounts of volumes as Docker tells of them: what nothing names is a new volume. */
export function volumesOf({ hostConfig = {}, config = {}, anonymousVolumes = [] }: FakeSpec): readonly JsonObject[] {
  const binds = arrayAt(hostConfig, 'Binds').map((bind) => {
    const [name = '', place = '', mode = ''] = String(bind).split(':')
    return toMount(name, place, mode !== 'ro')
  })
  const asked = arrayAt(hostConfig, 'Mounts').filter(isObject)
  const mounts = asked.map((one) =>
    toMount(looseTextAt(one, 'Source'), looseTextAt(one, 'Target'), one.ReadOnly !== true),
  )
  const named = [...binds, ...mounts]
  const places = [...anonymousVolumes, ...Object.keys(objectAt(config, 'Volumes'))]
  const unnamed = places.filter((place) => !named.some(({ Destination }) => Destination === place))
  return [...named, ...unnamed.map((place) => toMount('', place, true))]
}

function toMount(name: string, place: string, isWritable: boolean): JsonObject {
  const Name = name === '' ? randomBytes(32).toString('hex') : name
  const Source = `/var/lib/docker/volumes/${Name}/_data`
  return { Type: 'volume', Name, Source, Destination: place, Driver: 'local', Mode: 'z', RW: isWritable }
}

/** The host's ports that it asks for. */
export function portsOf({ portBindings = {} }: FakeSpec): readonly string[] {
  return Object.values(portBindings).flatMap((bindings) => bindings.map(({ HostPort }) => HostPort))
}

/** The addresses that it asks for. */
export function staticAddressesOf(networks: Readonly<Record<string, JsonObject>>): readonly string[] {
  const addresses = Object.values(networks).map((asked) => looseTextAt(objectAt(asked, 'IPAMConfig'), 'IPv4Address'))
  return addresses.filter((address) => address !== '')
}
