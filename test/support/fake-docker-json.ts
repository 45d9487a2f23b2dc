/** The fake engine's containers in the JSON of the real Engine API (version 1.41). */
import { arrayAt, looseTextAt, objectAt } from '../../src/docker/shape.ts'
import type { FakeContainer } from './fake-docker-engine.ts'

/** A line of `GET /containers/json`. */
export function listedJson(container: FakeContainer): object {
  const { id, spec, status, createdAt, name, imageId } = container
  return {
    ...{ Id: id, Names: [`/${name}`], Image: spec.image ?? 'fake:1', ImageID: imageId },
    ...{ Command: 'sleep 1000', Created: Number(createdAt / 1_000_000_000n), Ports: [], Labels: spec.labels ?? {} },
    ...{ State: status, Status: `${status} a moment ago`, HostConfig: { NetworkMode: spec.networkMode ?? 'default' } },
    NetworkSettings: { Networks: networks(container) },
    Mounts: [],
  }
}

/** The answer of `GET /containers/ID/json`. */
export function inspectedJson(container: FakeContainer): object {
  const { id, spec, createdAt, name, imageId, mounts } = container
  return {
    ...{ Id: id, Created: rfc3339(createdAt), Path: 'sleep', Args: ['1000'], State: state(container) },
    ...{
      Image: imageId,
      Name: `/${name}`,
      RestartCount: 0,
      Driver: 'overlay2',
      Platform: 'linux',
    },
    HostConfig: {
      ...spec.hostConfig,
      NetworkMode: spec.networkMode ?? 'default',
      PortBindings: spec.portBindings ?? {},
      RestartPolicy: { Name: container.restartPolicy, MaximumRetryCount: 0 },
      AutoRemove: spec.autoRemove ?? false,
    },
    Mounts: mounts,
    Config: {
      ...{ Hostname: spec.hostname ?? id.slice(0, 12), Domainname: '', Env: null, Cmd: ['sleep', '1000'] },
      ...spec.config,
      ...(spec.exposed ? { ExposedPorts: Object.fromEntries(spec.exposed.map((port) => [`${port}/tcp`, {}])) } : {}),
      ...(spec.stopTimeoutSeconds === undefined ? {} : { StopTimeout: spec.stopTimeoutSeconds }),
      ...(spec.stopSignal === undefined ? {} : { StopSignal: spec.stopSignal }),
      ...{ Image: spec.image ?? 'fake:1', Volumes: null, Labels: spec.labels ?? {} },
    },
    NetworkSettings: {
      Ports: container.status === 'running' ? (spec.portBindings ?? {}) : {},
      Networks: networks(container),
    },
  }
}

function state(container: FakeContainer): object {
  const { health, status, exitCode, oomKilled, startError, startedAt, finishedAt } = container
  const isRunning = status === 'running' || status === 'paused'
  return {
    ...{ Status: status, Running: isRunning, Paused: status === 'paused', Restarting: false, OOMKilled: oomKilled },
    ...{ Dead: false, Pid: isRunning ? 4242 : 0, ExitCode: exitCode, Error: startError },
    ...{ StartedAt: rfc3339(startedAt), FinishedAt: rfc3339(finishedAt) },
    ...(health === null ? {} : { Health: health }),
  }
}

function networks(container: FakeContainer): object {
  const names = Object.keys(container.networks)
  return Object.fromEntries(names.map((name, index) => [name, endpoint(container, name, index)]))
}

function endpoint(container: FakeContainer, network: string, index: number): object {
  const { spec, status, number, id } = container
  const asked = container.networks[network] ?? {}
  const hasAddress = status === 'running' && network !== 'host'
  const aliases = arrayAt(asked, 'Aliases').concat(index === 0 ? (spec.aliases ?? []) : [])
  const isOwn = !['bridge', 'host', 'none'].includes(network)
  const fixed = looseTextAt(objectAt(asked, 'IPAMConfig'), 'IPv4Address')
  const address = fixed === '' ? `172.${17 + index}.0.${number + 1}` : fixed
  return {
    ...{
      IPAMConfig: asked.IPAMConfig ?? null,
      Links: asked.Links ?? null,
      // Docker adds the short id, and does not tell it from what was asked for.
      Aliases: isOwn ? [...aliases, id.slice(0, 12)] : aliases.length === 0 ? null : aliases,
      NetworkID: `c3b0${network}`,
      EndpointID: hasAddress ? '7c' : '',
    },
    ...{ Gateway: hasAddress ? `172.${17 + index}.0.1` : '', IPAddress: hasAddress ? address : '' },
    ...{ IPPrefixLen: hasAddress ? 16 : 0, IPv6Gateway: '', GlobalIPv6Address: '', MacAddress: '', DriverOpts: null },
  }
}

function rfc3339(nanos: bigint): string {
  if (nanos === 0n) return '0001-01-01T00:00:00Z'
  const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`
}
