/** What every case of the Docker adapter's contract works with. */

import Dockerode from 'dockerode'
import { afterEach, beforeEach, expect } from 'vitest'
import type { Target } from '../../src/authoring/index.ts'
import { createDocker, type DockerAdapter, type DockerOptions } from '../../src/docker/create-docker.ts'
import type { JsonObject } from '../../src/docker/shape.ts'
import type { Container, ExitCause } from '../../src/remediation/ports.ts'
import type { SignalAnswer } from './fake-docker-engine.ts'
import { waitFor } from './wait-for.ts'

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
  /** Default is the platform's own. */
  readonly image?: string
  /** Its process ends at once when it is a container of the adapter's making. */
  readonly runsOnce?: boolean
  readonly portBindings?: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[]>>
  readonly anonymousVolumes?: readonly string[]
  /** What is asked for in each network; the first is the one of the mode. */
  readonly networks?: Readonly<Record<string, Endpoint>>
  /** Whatever else the Engine API takes, and beside it in `HostConfig`. */
  readonly config?: JsonObject
  readonly hostConfig?: JsonObject
}

/** What a container asks for in a network. */
export type Endpoint = { readonly Aliases?: string[]; readonly IPAMConfig?: { readonly IPv4Address: string } }

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
  readonly createNetwork: (name: string, subnet: string) => Promise<void>
  readonly createVolume: (name: string) => Promise<void>
  /** An image of the platform's own under a reference of the case's own. */
  readonly createImage: (reference: string) => Promise<void>
  /** The reference means another image from now on. */
  readonly moveImage: (reference: string) => Promise<void>
  readonly dispose: () => Promise<void>
}

/** Labels that opt a container in. */
export const OPTED_IN = { 'selfheal.enable': 'true' }

/** A signal that ends what hangs. */
export const signal = () => AbortSignal.timeout(30_000)

/** One case: a platform, an adapter that watches it, and a Compose project of its own. */
export class ContractCase {
  readonly project = `case${Math.random().toString(36).slice(2, 8)}`
  readonly docker: DockerAdapter
  /** The engine as a person uses it. */
  readonly person: Dockerode
  readonly #platform: CasePlatform
  readonly #adapters: DockerAdapter[] = []
  readonly #created: CaseContainer[] = []

  constructor(platform: CasePlatform) {
    this.#platform = platform
    this.person = new Dockerode({ socketPath: platform.host.replace('unix://', '') })
    this.docker = this.connect()
  }

  /** Another adapter of the same engine. */
  connect(options: Partial<DockerOptions> = {}): DockerAdapter {
    const { host } = this.#platform
    const adapter = createDocker({
      ...{ name: 'local', host, timeoutMs: 5000, optIn: () => false, protectedAddresses: [], now: Date.now },
      ...{ machine: { ownContainerIds: [], names: [] }, steadyMs: 300 },
      ...options,
    })
    this.#adapters.push(adapter)
    return adapter
  }

  async run(spec: CaseSpec = {}): Promise<CaseContainer> {
    const container = await this.#platform.create(this.project, { labels: OPTED_IN, ...spec })
    this.#created.push(container)
    return container
  }

  /** What Docker says of the first container of the service. */
  inspect(service = 'web', number = 1): Promise<Dockerode.ContainerInspectInfo> {
    return this.person.getContainer(`${this.project}-${service}-${number}`).inspect()
  }

  async createNetwork(name: string, subnet: string): Promise<void> {
    await this.#platform.createNetwork(name, subnet)
  }

  async createVolume(): Promise<string> {
    const name = `${this.project}_data`
    await this.#platform.createVolume(name)
    return name
  }

  async createImage(): Promise<string> {
    const reference = `selfheal-test/${this.project}:1`
    await this.#platform.createImage(reference)
    return reference
  }

  moveImage(reference: string): Promise<void> {
    return this.#platform.moveImage(reference)
  }

  /** Takes a name of another container for itself; returns the name. */
  async occupy(name: string): Promise<string> {
    const { id } = await this.run({ service: 'other', isStarted: false })
    await this.person.getContainer(id).rename({ name })
    return name
  }

  observe(service = 'web', adapter = this.docker): Promise<readonly Container[]> {
    return adapter.observe(`local/${this.project}/${service}`, signal())
  }

  async see(service = 'web', adapter = this.docker): Promise<Container> {
    const [container] = await this.observe(service, adapter)
    if (container === undefined) throw new Error(`no container of ${service}`)
    return container
  }

  async target(service = 'web'): Promise<Target> {
    const replicas = (await this.observe(service)).map(({ replica }) => replica)
    const { project } = this
    return { lineage: `local/${project}/${service}`, engine: 'local', project, service, replicas }
  }

  /** Every container of the case by name, also those that the adapter does not show. */
  async namesOfAll(): Promise<readonly string[]> {
    const listed = await this.person.listContainers({ all: true })
    const names = listed.flatMap(({ Names }) => Names.map((name) => name.slice(1)))
    return names.filter((name) => name.startsWith(this.project))
  }

  /** The process of a container that the case has made ends by itself. */
  async crash(name: string): Promise<void> {
    await this.#created.find((one) => one.name === name)?.signalFromHost('KILL')
    await waitFor(async () => expect((await this.person.getContainer(name).inspect()).State.Running).toBe(false))
  }

  async untilEnded(service = 'web', adapter = this.docker): Promise<void> {
    await waitFor(async () => expect((await this.see(service, adapter)).replica.state).toBe('exited'))
  }

  async expectCause(cause: ExitCause | null, adapter = this.docker): Promise<void> {
    await waitFor(async () => expect((await this.see('web', adapter)).exitCause).toBe(cause))
  }

  async dispose(): Promise<void> {
    for (const adapter of this.#adapters) await adapter.stop()
    for (const { id } of this.#created) await removeIfThere(this.person.getContainer(id))
    for (const { Id, Names } of await this.person.listContainers({ all: true }))
      if (Names.some((name) => name.startsWith(`/${this.project}-`))) await removeIfThere(this.person.getContainer(Id))
    await this.#platform.dispose()
  }
}

/** Declares the hooks that open a case before each test and dispose of it afterwards; returns the current one. */
export function useContractCase(openPlatform: () => Promise<CasePlatform>): () => ContractCase {
  let current: ContractCase | undefined
  beforeEach(async () => {
    current = new ContractCase(await openPlatform())
    await current.docker.start()
  })
  afterEach(async () => {
    await current?.dispose()
  })
  return () => {
    if (current === undefined) throw new Error('there is a case only while a test runs')
    return current
  }
}

async function removeIfThere(container: Dockerode.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true })
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
    if (status !== 404 && status !== 409) throw error
  }
}
