import { describeDockerContract } from '../../support/docker-contract-cases.ts'
import type { CasePlatform } from '../../support/docker-contract-fixture.ts'
import { startFakeDaemon } from '../../support/fake-docker-daemon.ts'

async function openFake(): Promise<CasePlatform> {
  const daemon = await startFakeDaemon()
  const { engine, host } = daemon
  return {
    name: 'fake',
    host,
    create: async (project, spec) => {
      const { service = 'web', number = 1, labels, restart, isStarted, stopTimeoutSeconds = 1, ...rest } = spec
      const { runsOnce = false, config: { Hostname, ...config } = {}, ...asIs } = rest
      const name = `${project}-${service}-${number}`
      const container = engine.create({
        ...{ name, stopTimeoutSeconds, config, ...asIs },
        ...(restart === undefined ? {} : { restartPolicy: restart }),
        ...(typeof Hostname === 'string' ? { hostname: Hostname } : {}),
        labels: {
          'com.docker.compose.project': project,
          'com.docker.compose.service': service,
          'com.docker.compose.container-number': String(number),
          'com.docker.compose.oneoff': 'False',
          ...labels,
        },
      })
      if (runsOnce) engine.adapt = (made) => ({ ...made, endsAtOnce: () => 7 })
      if (isStarted !== false) engine.start(container)
      return { id: container.id, name, signalFromHost: async (signal) => engine.signalFromHost(container, signal) }
    },
    createNetwork: async () => {},
    createVolume: async () => {},
    createImage: async (reference) => void engine.images.set(reference, `sha256:${'cd'.repeat(32)}`),
    moveImage: async (reference) => {
      const id = engine.images.get(reference) ?? ''
      engine.images.set(reference, `sha256:${'ef'.repeat(32)}`).set('<none>', id)
    },
    dispose: async () => {
      await daemon[Symbol.asyncDispose]()
    },
  }
}

describeDockerContract(openFake, 'a fake daemon')
