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
      const name = `${project}-${service}-${number}`
      const container = engine.create({
        ...{ name, stopTimeoutSeconds, ...rest },
        ...(restart === undefined ? {} : { restartPolicy: restart }),
        labels: {
          'com.docker.compose.project': project,
          'com.docker.compose.service': service,
          'com.docker.compose.container-number': String(number),
          'com.docker.compose.oneoff': 'False',
          ...labels,
        },
      })
      if (isStarted !== false) engine.start(container)
      return { id: container.id, name, signalFromHost: async (signal) => engine.signalFromHost(container, signal) }
    },
    dispose: async () => {
      await daemon[Symbol.asyncDispose]()
    },
  }
}

describeDockerContract(openFake, 'a fake daemon')
