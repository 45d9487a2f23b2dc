/** The fake engine's containers in the JSON of the real Engine API (version 1.41). */
import type { FakeContainer } from './fake-docker-engine.ts'

/** A line of `GET /containers/json`. */
export function listedJson(container: FakeContainer): object {
  const { id, spec, status, createdAt } = container
  return {
    ...{ Id: id, Names: [`/${spec.name}`], Image: spec.image ?? 'fake:1', ImageID: `sha256:${'ab'.repeat(32)}` },
    ...{ Command: 'sleep 1000', Created: Number(createdAt / 1_000_000_000n), Ports: [], Labels: spec.labels ?? {} },
    ...{ State: status, Status: `${status} a moment ago`, HostConfig: { NetworkMode: spec.networkMode ?? 'default' } },
    NetworkSettings: { Networks: networks(container) },
    Mounts: [],
  }
}

/** The answer of `GET /containers/ID/json`. */
export function inspectedJson(container: FakeContainer): object {
  const { id, spec, createdAt } = container
  return {
    ...{ Id: id, Created: rfc3339(createdAt), Path: 'sleep', Args: ['1000'], State: state(container) },
    ...{
      Image: `sha256:${'ab'.repeat(32)}`,
      Name: `/${spec.name}`,
      RestartCount: 0,
      Driver: 'overlay2',
      Platform: 'linux',
    },
    HostConfig: {
      NetworkMode: spec.networkMode ?? 'default',
      PortBindings: spec.portBindings ?? {},
      RestartPolicy: { Name: spec.restartPolicy ?? 'no', MaximumRetryCount: 0 },
      AutoRemove: spec.autoRemove ?? false,
    },
    Mounts: [],
    Config: {
      ...{ Hostname: spec.hostname ?? id.slice(0, 12), Domainname: '', Env: null, Cmd: ['sleep', '1000'] },
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
  const { status, exitCode, oomKilled, startError, startedAt, finishedAt } = container
  const isRunning = status === 'running' || status === 'paused'
  return {
    ...{ Status: status, Running: isRunning, Paused: status === 'paused', Restarting: false, OOMKilled: oomKilled },
    ...{ Dead: false, Pid: isRunning ? 4242 : 0, ExitCode: exitCode, Error: startError },
    ...{ StartedAt: rfc3339(startedAt), FinishedAt: rfc3339(finishedAt) },
  }
}

function networks({ spec, status, number }: FakeContainer): object {
  const mode = spec.networkMode ?? 'default'
  if (mode.startsWith('container:')) return {}
  const hasAddress = status === 'running' && mode !== 'host'
  const endpoint = {
    ...{
      IPAMConfig: null,
      Links: null,
      Aliases: spec.aliases ?? null,
      NetworkID: 'c3b0',
      EndpointID: hasAddress ? '7c' : '',
    },
    ...{ Gateway: hasAddress ? '172.17.0.1' : '', IPAddress: hasAddress ? `172.17.0.${number + 1}` : '' },
    ...{ IPPrefixLen: hasAddress ? 16 : 0, IPv6Gateway: '', GlobalIPv6Address: '', MacAddress: '', DriverOpts: null },
  }
  return { [mode === 'default' ? 'bridge' : mode]: endpoint }
}

function rfc3339(nanos: bigint): string {
  if (nanos === 0n) return '0001-01-01T00:00:00Z'
  const seconds = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19)
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`
}
