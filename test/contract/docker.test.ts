import { baseImage } from '../../tools/provision/base-image.ts'
import { describeDockerContract } from '../support/docker-contract-cases.ts'
import type { CasePlatform, CaseSpec } from '../support/docker-contract-fixture.ts'
import { startContainer } from '../support/real/containers.ts'
import { engine, engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'

/** What a shell says that answers signals from now on: before, any of them would end it, and its init too. */
const READY = 'answers signals'

/**
 * A shell that answers signals as the case says; each is answered within the 50 ms of its sleep. What is to run once ends at
 * once, where it finds in its anonymous volume that it has run before.
 */
function commandOf({ traps = {}, runsOnce = false }: CaseSpec): readonly string[] {
  if (runsOnce) return ['sh', '-c', 'test -e /once/ran && exit 7; touch /once/ran; while :; do sleep 0.05; done']
  if (Object.keys(traps).length === 0) return ['sleep', '1000']
  const lines = Object.entries(traps).map(
    ([signal, answer]) => `trap '${answer === 'ignore' ? ':' : `exit ${answer}`}' ${signal}`,
  )
  return ['sh', '-c', [...lines, `echo ${READY}`, 'while :; do sleep 0.05; done'].join('\n')]
}

/** What the Engine API takes for the case, beside what every container for a test has. */
function creationOf(spec: CaseSpec) {
  const { stopTimeoutSeconds = 1, image, anonymousVolumes = [], networks = {}, networkMode, config, runsOnce } = spec
  const places = runsOnce ? ['/once'] : anonymousVolumes
  const first = networks[networkMode ?? '']
  return {
    StopTimeout: stopTimeoutSeconds,
    ...(image === undefined ? {} : { Image: image }),
    ...(places.length === 0 ? {} : { Volumes: Object.fromEntries(places.map((place) => [place, {}])) }),
    ...(first === undefined ? {} : { NetworkingConfig: { EndpointsConfig: { [networkMode ?? '']: first } } }),
    ...config,
  }
}

async function connectFurther(id: string, { networks = {}, networkMode }: CaseSpec): Promise<void> {
  for (const [network, EndpointConfig] of Object.entries(networks))
    if (network !== networkMode) await engine().getNetwork(network).connect({ Container: id, EndpointConfig })
}

async function openReal(): Promise<CasePlatform> {
  const made: { remove(): Promise<unknown> }[] = []
  return {
    name: 'real',
    host: engineHost(),
    create: async (project, spec) => {
      const { service, number, labels, restart, isStarted, autoRemove, networkMode, portBindings } = spec
      const container = await startContainer({
        ...{ project, command: commandOf(spec), create: creationOf(spec) },
        ...(service === undefined ? {} : { service }),
        ...(number === undefined ? {} : { number }),
        ...(labels === undefined ? {} : { labels }),
        ...(restart === undefined ? {} : { restart }),
        ...(isStarted === undefined ? {} : { isStarted }),
        hostConfig: {
          ...spec.hostConfig,
          ...(autoRemove === undefined ? {} : { AutoRemove: autoRemove }),
          ...(networkMode === undefined ? {} : { NetworkMode: networkMode }),
          ...(portBindings === undefined ? {} : { PortBindings: portBindings }),
        },
      })
      await connectFurther(container.id, spec)
      if (spec.traps !== undefined && isStarted !== false)
        await eventually(`${container.name} answers signals`, async () => {
          const said = await container.container.logs({ stdout: true, follow: false })
          return said.includes(READY)
        })
      return {
        ...{ id: container.id, name: container.name },
        signalFromHost: (signal) => container.signalFromHost(`SIG${signal}`),
      }
    },
    createNetwork: async (name, subnet) => {
      made.push(await engine().createNetwork({ Name: name, IPAM: { Driver: 'default', Config: [{ Subnet: subnet }] } }))
    },
    createVolume: async (name) => {
      await engine().createVolume({ Name: name })
      made.push(engine().getVolume(name))
    },
    createImage: async (reference) => {
      const [repo = '', tag = ''] = reference.split(':')
      await engine().getImage(baseImage).tag({ repo, tag })
      made.push(engine().getImage(reference))
    },
    moveImage: async (reference) => {
      const [repo = '', tag = ''] = reference.split(':')
      const maker = await engine().createContainer({ Image: baseImage, Cmd: ['true'] })
      await maker.commit({ repo, tag, comment: 'moved' })
      await maker.remove()
    },
    dispose: async () => {
      for (const one of made) await one.remove()
    },
  }
}

describeDockerContract(openReal, 'the real engine')
