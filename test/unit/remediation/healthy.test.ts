import { describe, expect, test } from 'vitest'
import { healthy, type Replica, running } from '../../../src/authoring/index.ts'
import { aReplica } from '../../../src/authoring/testing.ts'
import { evaluateHealthy, type HealthContext } from '../../../src/remediation/checks/healthy.ts'
import { runText } from '../../../src/remediation/checks/running.ts'
import type { Container } from '../../../src/remediation/ports.ts'
import { type Proof, prove } from '../../../src/remediation/prove.ts'
import { settings } from '../../support/engine-world.ts'
import { SimulatedMetrics, SimulatedProbes } from '../../support/simulated-metrics.ts'
import { firstInstant, VirtualClock } from '../../support/virtual-clock.ts'

const at = (second: number): string => new Date(firstInstant + second * 1000).toISOString()
const actedAt = firstInstant + 100_000

const contain = (replica: Replica): Container => ({
  replica,
  lineage: 'local/shop/web',
  project: 'shop',
  service: 'web',
  isReplica: true,
  isOptedIn: true,
  protectedBecause: null,
  mode: null,
  hostnames: [],
  createdAt: firstInstant,
  exitCause: null,
})

/** Restarted at second 99, by an act that was over at second 100. */
const restarted = (changes: Partial<Replica>): Container => contain(aReplica({ startedAt: at(99), ...changes }))
const ask = (containers: readonly Container[], context: Partial<HealthContext> = {}) =>
  evaluateHealthy(containers, { actedAt, previousRun: null, ...context })

describe('healthy()', () => {
  test('holds when every replica was checked since its start and the act', () => {
    const container = restarted({ health: 'healthy', healthCheckedAt: at(101) })
    expect(ask([container])).toEqual({ result: 'recovered', detail: '1 of 1 healthy' })
  })

  test.each(['healthy', 'unhealthy'] as const)('does not know by an old %s that is left over', (health) => {
    const before = restarted({ health, healthCheckedAt: at(98) })
    expect(ask([before], { actedAt: null })).toMatchObject({ result: 'unknown' })
    const duringTheCall = restarted({ health, healthCheckedAt: at(99.5) })
    expect(ask([duringTheCall])).toMatchObject({ result: 'unknown' })
    expect(ask([duringTheCall], { actedAt: null })).not.toMatchObject({ result: 'unknown' })
    expect(ask([restarted({ health, healthCheckedAt: null })], { actedAt: null })).toMatchObject({ result: 'unknown' })
  })

  test('does not know while a replica is starting', () => {
    expect(ask([restarted({ health: 'starting', healthCheckedAt: at(101) })])).toEqual({
      result: 'unknown',
      detail: 'web-1 is starting: no health check has passed yet',
    })
  })

  test('does not hold when one replica is unhealthy, whatever is not known of another', () => {
    const well = restarted({ name: 'web-1', health: 'healthy', healthCheckedAt: at(101) })
    const starting = restarted({ name: 'web-2', health: 'starting' })
    const sick = restarted({ name: 'web-3', health: 'unhealthy', healthCheckedAt: at(101) })
    expect(ask([well, starting, sick])).toEqual({ result: 'not_recovered', detail: 'web-3 is unhealthy' })
    expect(ask([well, starting])).toMatchObject({ result: 'unknown' })
  })

  test('does not hold when a replica with a health check does not run', () => {
    const ended = restarted({ state: 'exited', health: 'healthy', healthCheckedAt: at(101) })
    expect(ask([ended])).toEqual({ result: 'not_recovered', detail: 'web-1 is exited' })
    expect(ask([])).toMatchObject({ result: 'not_recovered' })
  })

  test('does not hold when a replica was never started, of which Docker has no verdict', () => {
    const well = restarted({ name: 'web-1', health: 'healthy', healthCheckedAt: at(101) })
    const never = restarted({ name: 'web-2', state: 'created', startedAt: null, health: 'none' })
    expect(ask([well, never])).toEqual({ result: 'not_recovered', detail: 'web-2 is created' })
    expect(ask([never])).toMatchObject({ result: 'not_applicable' })
  })

  test('is not applicable where no replica has a health check, and leaves out the replicas without one', () => {
    expect(ask([restarted({})])).toEqual({ result: 'not_applicable', detail: 'no replica has a health check' })
    const checked = restarted({ health: 'healthy', healthCheckedAt: at(101) })
    expect(ask([restarted({ name: 'web-2' }), checked])).toMatchObject({ result: 'recovered' })
  })

  test('does not hold over a restart between two looks', () => {
    const container = restarted({ health: 'healthy', healthCheckedAt: at(101) })
    expect(ask([container], { previousRun: runText([container]) })).toMatchObject({ result: 'recovered' })
    const earlier = runText([restarted({ startedAt: at(98) })])
    expect(ask([container], { previousRun: earlier })).toMatchObject({ result: 'not_recovered' })
    const starting = restarted({ health: 'starting' })
    expect(ask([starting], { previousRun: earlier })).toMatchObject({ result: 'not_recovered' })
  })
})

describe('a proof with healthy()', () => {
  const proveWith = async (replica: (second: number) => Replica) => {
    const clock = new VirtualClock()
    const deps = {
      clock,
      settings: { ...settings, pollIntervalMs: 1_000 },
      containers: {
        engine: 'local',
        list: async () => [],
        observe: async () => [contain(replica(clock.monotonic() / 1000))],
        perform: async () => ({ status: 'done', detail: '' }) as const,
      },
      metrics: new SimulatedMetrics(),
      probes: new SimulatedProbes(),
      alerts: null,
      ledger: { activeIncident: () => undefined, episodesOf: () => [] },
    }
    const task = {
      checks: [running(), healthy()],
      lineage: 'local/shop/web',
      labels: {},
      actedAt: clock.now(),
      withinMs: 60_000,
      stableForMs: 10_000,
    }
    let proof: Proof | null = null
    void prove(deps, task, new AbortController().signal).then((settled) => {
      proof = settled
    })
    await clock.runUntil(() => proof !== null, 600_000)
    return { proof, seconds: clock.monotonic() / 1000 }
  }

  test('begins to hold with the first check after the act', async () => {
    const { proof, seconds } = await proveWith((second) =>
      aReplica({ startedAt: at(-1), health: 'healthy', healthCheckedAt: at(second < 20 ? -5 : 20) }),
    )
    expect(proof).toMatchObject({ result: 'recovered' })
    expect(seconds).toBe(30)
  })

  test('needs running() for 30 s where no replica has a health check', async () => {
    const { proof, seconds } = await proveWith(() => aReplica({ startedAt: at(-1) }))
    expect(proof).toMatchObject({ result: 'recovered' })
    expect(seconds).toBe(30)
  })

  test('stays unknown while Docker has not judged', async () => {
    const { proof, seconds } = await proveWith(() => aReplica({ startedAt: at(-1), health: 'starting' }))
    expect(proof).toMatchObject({ result: 'unknown' })
    expect(seconds).toBe(60)
  })
})
