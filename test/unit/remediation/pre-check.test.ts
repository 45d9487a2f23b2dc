import { expect, test } from 'vitest'
import { healthy } from '../../../src/authoring/index.ts'
import { anObservation } from '../../../src/authoring/testing.ts'
import { toTarget } from '../../../src/remediation/observe.ts'
import { preCheck } from '../../../src/remediation/pre-check.ts'
import { settings } from '../../support/engine-world.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { SimulatedMetrics, SimulatedProbes } from '../../support/simulated-metrics.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const { signal } = new AbortController()

/** How often the containers are observed by a pre-check whose step looked at them so many milliseconds ago. */
async function looksAfter(ageMs: number | null): Promise<number> {
  const clock = new VirtualClock()
  const engine = new SimulatedEngine(clock)
  const { lineage } = engine.add('web')
  const containers = await engine.observe(lineage, signal)
  let looks = 0
  const observe: typeof engine.observe = (...args) => {
    looks += 1
    return engine.observe(...args)
  }
  const ledger = { attemptsOf: () => [], activeIncident: () => undefined, episodesOf: () => [] }
  const ports = { metrics: new SimulatedMetrics(), probes: new SimulatedProbes(), alerts: null }
  const deps = { clock, settings, ledger, ...ports, containers: { ...engine, engine: 'local', observe } }
  const incident = { id: 1, state: 'open', reason: null, until: null } as const
  const observation = anObservation({ target: toTarget(lineage, containers) })
  const lookedAt = ageMs === null ? {} : { lookedAt: clock.monotonic() - ageMs }
  await preCheck(deps, { incident, observation, containers }, { checks: [healthy()], signal, ...lookedAt })
  return looks
}

test.each([0, 250])('a look that was begun %i ms ago in the same step is as good as another one', async (ageMs) => {
  expect(await looksAfter(ageMs)).toBe(0)
})

test.each([251, 10_000, null])('a look that was begun longer ago (%s) is taken again', async (ageMs) => {
  expect(await looksAfter(ageMs)).toBe(1)
})
