/** What a container is created from so that it is the same as one that is there: from its inspection, without input or output. */
import { posix } from 'node:path'
import { RAN_LABEL, REPLACES_LABEL, shortId } from './recreate-name.ts'
import { arrayAt, isObject, type JsonObject, looseTextAt, objectAt, textAt, textsOf } from './shape.ts'

/** A network to connect the created container to. */
export type FurtherNetwork = { readonly network: string; readonly endpoint: JsonObject }

/** Everything that creating takes. */
export type CreateSpec = {
  /** The body of `POST /containers/create`. */
  readonly body: JsonObject
  /** Networks beyond the first, to be connected before the start: older engines take one network at the creation. */
  readonly networks: readonly FurtherNetwork[]
}

/** Networks that Docker itself makes, in which containers have neither aliases nor addresses of their own choice. */
const PREDEFINED = ['', 'default', 'bridge', 'host', 'none']

/**
 * The same container again, of `image` (a reference or an id of the image that it runs).
 *
 * Kept: configuration, labels, health check, limits, restart policy, networks with aliases, links and addresses that were asked
 * for, named volumes, binds, and anonymous volumes by naming them. Dropped: what Docker made up for the old container, that is,
 * a host name and an alias that are its short id, and addresses. Added: labels that say whom it replaces.
 */
export function toCreateSpec(answer: JsonObject, image: string): CreateSpec {
  const host = objectAt(answer, 'HostConfig')
  const { mode, first, further } = placeInNetworks(answer)
  const networking = first === null ? {} : { NetworkingConfig: { EndpointsConfig: { [mode]: first } } }
  return {
    body: {
      ...configOf(answer, mode),
      Image: image,
      HostConfig: { ...host, NetworkMode: mode, Mounts: mountsOf(answer) },
      ...networking,
    },
    networks: further,
  }
}

function configOf(answer: JsonObject, mode: string): JsonObject {
  const config = objectAt(answer, 'Config')
  const { Hostname, ExposedPorts, MacAddress, ...rest } = config
  const id = textAt(answer, 'Id')
  const joins = mode.startsWith('container:')
  const isOfHost = looseTextAt(objectAt(answer, 'HostConfig'), 'UTSMode') === 'host'
  const isOwnName = Hostname !== shortId(id) && !joins && !isOfHost
  const entrypoint = arrayAt(config, 'Entrypoint')
  return {
    ...rest,
    ...(isOwnName ? { Hostname } : {}),
    // In another's network namespace Docker refuses what belongs to that one; the image's ports come back by themselves.
    ...(joins || ExposedPorts === undefined ? {} : { ExposedPorts }),
    ...(joins || MacAddress === undefined ? {} : { MacAddress }),
    // Nothing at all would bring back the image's entry point, which somebody has emptied: one empty word is Docker's way to say so.
    Entrypoint: entrypoint.length === 0 ? [''] : entrypoint,
    Labels: {
      ...textsOf(objectAt(config, 'Labels')),
      [REPLACES_LABEL]: id,
      [RAN_LABEL]: String(objectAt(answer, 'State').Running === true),
    },
  }
}

type Place = {
  readonly mode: string
  /** Of the network of the mode; `null` where it takes nothing. */
  readonly first: JsonObject | null
  readonly further: readonly FurtherNetwork[]
}

function placeInNetworks(answer: JsonObject): Place {
  const asked = looseTextAt(objectAt(answer, 'HostConfig'), 'NetworkMode')
  if (asked.startsWith('container:') || asked === 'host' || asked === 'none')
    return { mode: asked, first: null, further: [] }
  const endpoints = Object.entries(objectAt(objectAt(answer, 'NetworkSettings'), 'Networks'))
  const name = PREDEFINED.includes(asked) ? 'bridge' : asked
  const own = endpoints.find(([network, endpoint]) => network === name || isOfNetwork(endpoint, name))
  // Somebody has disconnected it from the network of its mode: it begins in the first that it is in.
  const begin = own ?? endpoints[0]
  const mode = begin === undefined || own !== undefined ? asked : begin[0]
  const further = endpoints.filter(([network]) => network !== begin?.[0])
  return {
    mode,
    first: begin === undefined || PREDEFINED.includes(begin[0]) ? null : endpointOf(answer, begin[1]),
    further: further.map(([network, endpoint]) => ({ network, endpoint: endpointOf(answer, endpoint) })),
  }
}

/** A network mode may also be a network's id. */
function isOfNetwork(endpoint: unknown, id: string): boolean {
  return isObject(endpoint) && id.length >= 12 && looseTextAt(endpoint, 'NetworkID').startsWith(id)
}

function endpointOf(answer: JsonObject, value: unknown): JsonObject {
  const endpoint = isObject(value) ? value : {}
  const own = shortId(textAt(answer, 'Id'))
  const aliases = arrayAt(endpoint, 'Aliases').filter((alias) => alias !== own)
  const links = arrayAt(endpoint, 'Links')
  const addresses = objectAt(endpoint, 'IPAMConfig')
  const options = objectAt(endpoint, 'DriverOpts')
  return {
    ...(Object.keys(addresses).length === 0 ? {} : { IPAMConfig: addresses }),
    ...(links.length === 0 ? {} : { Links: links }),
    ...(aliases.length === 0 ? {} : { Aliases: aliases }),
    ...(Object.keys(options).length === 0 ? {} : { DriverOpts: options }),
    ...(typeof endpoint.GwPriority === 'number' ? { GwPriority: endpoint.GwPriority } : {}),
  }
}

/** The mounts that were asked for, and every volume in use that nothing names: such a one would be a new, empty one. */
function mountsOf(answer: JsonObject): readonly JsonObject[] {
  const host = objectAt(answer, 'HostConfig')
  const volumes = arrayAt(answer, 'Mounts')
    .filter(isObject)
    .filter((mount) => looseTextAt(mount, 'Type') === 'volume' && looseTextAt(mount, 'Name') !== '')
  const asked = arrayAt(host, 'Mounts').filter(isObject)
  const bound = arrayAt(host, 'Binds').map((bind) => placeOf(String(bind).split(':')[1] ?? ''))
  const named = asked.map((mount) => {
    const inUse = volumes.find((volume) => placeOf(volume.Destination) === placeOf(mount.Target))
    const isAnonymous = mount.Type === 'volume' && looseTextAt(mount, 'Source') === ''
    return isAnonymous && inUse !== undefined ? { ...mount, Source: inUse.Name } : mount
  })
  const known = [...bound, ...asked.map(({ Target }) => placeOf(Target))]
  const anonymous = volumes.filter((volume) => !known.includes(placeOf(volume.Destination)))
  return [...named, ...anonymous.map(toMount)]
}

function toMount(volume: JsonObject): JsonObject {
  const driver = looseTextAt(volume, 'Driver')
  return {
    Type: 'volume',
    Source: volume.Name,
    Target: volume.Destination,
    ReadOnly: volume.RW === false,
    ...(['', 'local'].includes(driver) ? {} : { VolumeOptions: { DriverConfig: { Name: driver } } }),
  }
}

function placeOf(path: unknown): string {
  const normal = posix.normalize(String(path))
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}
