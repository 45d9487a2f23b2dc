import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import { baseImage } from '../../../tools/provision/base-image.ts'
import { engine } from './engine.ts'

/** A container for a test, named and labelled as Docker Compose would: `PROJECT-SERVICE-NUMBER`. */
export interface ContainerSpec {
  /** Default: a name of its own, so that tests do not meet. */
  readonly project?: string
  /** Default: `web`. */
  readonly service?: string
  /** Default: 1. */
  readonly number?: number
  /** Added to Compose's labels; null takes one of those away. */
  readonly labels?: Readonly<Record<string, string | null>>
  /** Default: a web server on port 80 that answers `ok`. */
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure'
  readonly health?: { readonly test: readonly string[]; readonly intervalMs: number; readonly retries?: number }
  /** Whatever else the Engine API takes. */
  readonly create?: Omit<Docker.ContainerCreateOptions, 'HostConfig'>
  readonly hostConfig?: Docker.HostConfig
  /** Default: true. */
  readonly isStarted?: boolean
}

/** A container that runs for a test, and is removed after it: `await using`. */
export interface StartedContainer extends AsyncDisposable {
  readonly id: string
  readonly name: string
  readonly project: string
  readonly service: string
  readonly container: Docker.Container
  /** Its address on its network now; it may be another after a restart. */
  address(): Promise<string>
  /** Ends or stops its first process from the host, which the engine sees as the process' own doing. */
  signalFromHost(signal: NodeJS.Signals): Promise<void>
}

/** Creates a container of a service from the tests' base image, and starts it. */
export async function startContainer(spec: ContainerSpec = {}): Promise<StartedContainer> {
  const { project = `test-${randomBytes(4).toString('hex')}`, service = 'web', number = 1 } = spec
  const name = `${project}-${service}-${number}`
  const container = await engine().createContainer({
    name,
    Image: baseImage,
    Cmd: [...(spec.command ?? ['httpd', '-f', '-p', '80', '-h', '/www'])],
    Env: Object.entries(spec.environment ?? {}).map(([key, value]) => `${key}=${value}`),
    Labels: labelsOf(spec, { project, service, number }),
    StopTimeout: 1,
    ...(spec.health ? { Healthcheck: healthcheckOf(spec.health) } : {}),
    ...spec.create,
    HostConfig: { Init: true, RestartPolicy: { Name: spec.restart ?? 'no' }, ...spec.hostConfig },
  })
  const started: StartedContainer = {
    id: container.id,
    name,
    project,
    service,
    container,
    address: () => addressOf(container),
    signalFromHost: async (signal) => void process.kill((await container.inspect()).State.Pid, signal),
    [Symbol.asyncDispose]: () => removeContainer(container),
  }
  if (spec.isStarted !== false) await startOrRemove(container)
  return started
}

function labelsOf(
  spec: ContainerSpec,
  { project, service, number }: { project: string; service: string; number: number },
) {
  const labels: Record<string, string | null> = {
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': String(number),
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.config-hash': '0'.repeat(64),
    'com.docker.compose.version': '2.26.1',
    ...spec.labels,
  }
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== null))
}

function healthcheckOf({ test, intervalMs, retries = 1 }: NonNullable<ContainerSpec['health']>) {
  const nanoseconds = intervalMs * 1_000_000
  return { Test: [...test], Interval: nanoseconds, Timeout: 2_000_000_000, Retries: retries, StartPeriod: 0 }
}

async function startOrRemove(container: Docker.Container): Promise<void> {
  try {
    await container.start()
  } catch (error) {
    await removeContainer(container)
    throw error
  }
}

async function addressOf(container: Docker.Container): Promise<string> {
  const { NetworkSettings: settings } = await container.inspect()
  const address = Object.values(settings.Networks).find((network) => network.IPAddress !== '')?.IPAddress
  if (address === undefined) throw new Error('the container has no address: it does not run')
  return address
}

async function removeContainer(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
    if (status !== 404 && status !== 409) throw error // removed, or being removed, already
  }
}
