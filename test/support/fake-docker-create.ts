/** `POST /containers/create` of the fake daemon. */
import { arrayAt, isObject, type JsonObject, looseTextAt, numberAt, objectAt, textsOf } from '../../src/docker/shape.ts'
import { type FakeContainer, type FakeEngine, FakeRefusal, type FakeSpec } from './fake-docker-engine.ts'

const POLICIES = ['no', 'always', 'unless-stopped', 'on-failure'] as const

/** Creates a container from the body of the call, as Docker 20.10 does: with one network at most. */
export function createFromBody(engine: FakeEngine, name: string, body: JsonObject): FakeContainer {
  const { Image, Labels, Hostname, HostConfig, NetworkingConfig, StopTimeout, StopSignal, Entrypoint, ...config } = body
  const image = looseTextAt(body, 'Image')
  if (!engine.images.has(image) && ![...engine.images.values()].includes(image))
    throw new FakeRefusal(404, `No such image: ${image}`)
  const host = objectAt(body, 'HostConfig')
  const { RestartPolicy, PortBindings, NetworkMode, AutoRemove, ...hostConfig } = host
  const endpoints = Object.entries(objectAt(objectAt(body, 'NetworkingConfig'), 'EndpointsConfig'))
  if (endpoints.length > 1) throw new FakeRefusal(400, 'Container cannot be connected to network endpoints')
  const seconds = numberAt(body, 'StopTimeout')
  const signal = looseTextAt(body, 'StopSignal')
  const policy = POLICIES.find((one) => one === looseTextAt(objectAt(host, 'RestartPolicy'), 'Name'))
  const spec: FakeSpec = {
    ...{ name, image, labels: textsOf(objectAt(body, 'Labels')), hostConfig },
    // One empty word is how to ask for no entry point.
    config: { ...config, ...(arrayAt(body, 'Entrypoint').join('') === '' ? {} : { Entrypoint }) },
    networkMode: looseTextAt(host, 'NetworkMode'),
    portBindings: readBindings(objectAt(host, 'PortBindings')),
    ...(policy === undefined ? {} : { restartPolicy: policy }),
    ...(seconds === null ? {} : { stopTimeoutSeconds: seconds }),
    ...(signal === '' ? {} : { stopSignal: signal }),
    ...(typeof Hostname === 'string' ? { hostname: Hostname } : {}),
    ...(endpoints.length === 0 ? {} : { networks: readNetworks(endpoints) }),
  }
  return engine.create(engine.adapt(spec))
}

function readNetworks(endpoints: readonly (readonly [string, unknown])[]): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(endpoints.map(([network, asked]) => [network, isObject(asked) ? asked : {}]))
}

function readBindings(bindings: JsonObject): NonNullable<FakeSpec['portBindings']> {
  return Object.fromEntries(
    Object.entries(bindings).map(([port, list]) => [
      port,
      (Array.isArray(list) ? list : []).filter(isObject).map((one) => ({
        HostIp: looseTextAt(one, 'HostIp'),
        HostPort: looseTextAt(one, 'HostPort'),
      })),
    ]),
  )
}
