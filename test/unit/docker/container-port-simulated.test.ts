import { beforeEach, describe } from 'vitest'
import { describeContainerPort, type PortCase } from '../../support/container-port-contract.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

function openSimulated(): PortCase {
  const clock = new VirtualClock()
  const engine = new SimulatedEngine(clock)
  const lineage = 'local/shop/web'
  return {
    port: {
      engine: engine.engine,
      list: engine.list,
      observe: engine.observe,
      perform: async (action, signal) => {
        const outcome = engine.perform(action, signal)
        await clock.run(60_000)
        return outcome
      },
    },
    lineage,
    add: async (count) => void engine.add('web', { count }),
    crash: async () => engine.crash(lineage),
    restartByHand: async () => {
      await clock.run(1000)
      engine.startByPerson(lineage)
    },
    signal: () => new AbortController().signal,
  }
}

let current = openSimulated()
beforeEach(() => {
  current = openSimulated()
})

describe('the simulated engine, as any engine of containers', () => describeContainerPort(() => current))
