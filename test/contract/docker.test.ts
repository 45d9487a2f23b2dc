import { describeDockerContract } from '../support/docker-contract-cases.ts'
import type { CasePlatform, CaseSpec } from '../support/docker-contract-fixture.ts'
import { startContainer } from '../support/real/containers.ts'
import { engineHost } from '../support/real/engine.ts'

/** A shell that answers signals as the case says; each is answered within the 50 ms of its sleep. */
function commandOf({ traps }: CaseSpec): readonly string[] {
  if (traps === undefined) return ['sleep', '1000']
  const lines = Object.entries(traps).map(
    ([signal, answer]) => `trap '${answer === 'ignore' ? ':' : `exit ${answer}`}' ${signal}`,
  )
  return ['sh', '-c', [...lines, 'while :; do sleep 0.05; done'].join('\n')]
}

async function openReal(): Promise<CasePlatform> {
  return {
    name: 'real',
    host: engineHost(),
    create: async (project, spec) => {
      const { service, number, labels, restart, isStarted, stopTimeoutSeconds = 1, autoRemove, networkMode } = spec
      return startContainer({
        ...{ project, command: commandOf(spec), create: { StopTimeout: stopTimeoutSeconds } },
        ...(service === undefined ? {} : { service }),
        ...(number === undefined ? {} : { number }),
        ...(labels === undefined ? {} : { labels }),
        ...(restart === undefined ? {} : { restart }),
        ...(isStarted === undefined ? {} : { isStarted }),
        hostConfig: {
          ...(autoRemove === undefined ? {} : { AutoRemove: autoRemove }),
          ...(networkMode === undefined ? {} : { NetworkMode: networkMode }),
        },
      }).then(({ id, name, signalFromHost }) => ({
        ...{ id, name },
        signalFromHost: (signal) => signalFromHost(`SIG${signal}`),
      }))
    },
    dispose: async () => {},
  }
}

describeDockerContract(openReal, 'the real engine')
