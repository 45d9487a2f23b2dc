import { expect, test } from 'vitest'
import { type Check, probe, query, running } from '../../../src/authoring/index.ts'
import type { ProbeAnswer } from '../../../src/remediation/ports.ts'
import { neededMs, type Proof, type ProofTask, prove } from '../../../src/remediation/prove.ts'
import { settings } from '../../support/engine-world.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { SimulatedMetrics, SimulatedProbes, sample } from '../../support/simulated-metrics.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const ratio = query({ expr: 'errors', is: '<', than: 0.05, window: '2m' })
const health = probe({ url: 'http://web/healthz' })

class Proving {
  readonly clock = new VirtualClock()
  readonly containers = new SimulatedEngine(this.clock)
  readonly metrics = new SimulatedMetrics()
  readonly probes = new SimulatedProbes()
  readonly alerts = null
  readonly ledger = { activeIncident: () => undefined, episodesOf: () => [] }
  readonly web = this.containers.add('web').lineage
  readonly stopping = new AbortController()
  proof: Proof | null = null
  error: unknown = null

  begin(checks: readonly Check[], task: Partial<ProofTask> = {}): void {
    const deps = { ...this, settings: { ...settings, pollIntervalMs: 1_000 } }
    const whole = {
      checks,
      lineage: this.web,
      labels: {},
      actedAt: this.clock.now(),
      withinMs: 60_000,
      stableForMs: 10_000,
      ...task,
    }
    prove(deps, whole, this.stopping.signal).then(
      (proof) => {
        this.proof = proof
      },
      (error: unknown) => {
        this.error = error
      },
    )
  }

  /** Milliseconds until the proof is settled. */
  async settled(): Promise<number> {
    const from = this.clock.monotonic()
    await this.clock.runUntil(() => this.proof !== null || this.error !== null, 3_600_000)
    return this.clock.monotonic() - from
  }

  /** Milliseconds since the beginning of time. */
  at(): number {
    return this.clock.monotonic()
  }
}

/** Answers by the second in which it is asked: the last entry whose second has come counts. */
const script = <T>(clock: VirtualClock, entries: readonly (readonly [fromSecond: number, answer: T])[], first: T) => {
  return (): T => entries.findLast(([second]) => clock.monotonic() >= second * 1_000)?.[1] ?? first
}

const up: ProbeAnswer = { kind: 'status', status: 200 }
const bad: ProbeAnswer = { kind: 'status', status: 500 }
const lost: ProbeAnswer = { kind: 'unknown', detail: 'no route' }

test('running alone proves only after 30 s, whatever shorter time is asked for', async () => {
  const proving = new Proving()
  proving.begin([running()], { stableForMs: 1_000 })
  expect(await proving.settled()).toBe(30_000)
  expect(proving.proof?.result).toBe('recovered')
})

test('running beside another check needs no more than the stable time', () => {
  const seen = { check: '', detail: '' }
  const runs = { ...seen, kind: 'running', result: 'recovered' } as const
  const answers = { ...seen, kind: 'probe', result: 'recovered' } as const
  expect(neededMs([runs, answers], 10_000)).toBe(10_000)
  expect(neededMs([runs], 10_000)).toBe(30_000)
  expect(neededMs([runs], 45_000)).toBe(45_000)
})

test('a restart between two looks resets the time for which it has held', async () => {
  const proving = new Proving()
  proving.clock.after(29_500, () => proving.containers.startByPerson(proving.web))
  proving.begin([running()], {})
  expect(await proving.settled()).toBe(61_000)
  expect(proving.proof?.result).toBe('recovered')
})

test('a restart that happens while nothing can be seen is noticed when it can be seen again', async () => {
  const proving = new Proving()
  proving.clock.after(20_500, () => {
    proving.containers.state = 'down'
  })
  proving.clock.after(22_500, () => proving.containers.startByPerson(proving.web))
  proving.clock.after(25_500, () => {
    proving.containers.state = 'up'
  })
  proving.begin([running()], {})
  // Seen again at 26 s, as an interruption: the hold begins at 27 s.
  expect(await proving.settled()).toBe(57_000)
})

test('an unknown look stops the timer and a good one lets it go on', async () => {
  const proving = new Proving()
  proving.probes.answer = script<ProbeAnswer>(
    proving.clock,
    [
      [4.5, lost],
      [7.5, up],
    ],
    up,
  )
  proving.begin([health])
  // Held from 0 to 4 s and from 8 s on: 6 s are left.
  expect(await proving.settled()).toBe(14_000)
  expect(proving.proof?.result).toBe('recovered')
})

test('a look that says not recovered resets the timer', async () => {
  const proving = new Proving()
  proving.probes.answer = script<ProbeAnswer>(
    proving.clock,
    [
      [4.5, bad],
      [5.5, up],
    ],
    up,
  )
  proving.begin([health])
  expect(await proving.settled()).toBe(16_000)
})

test('when the time is up, what was seen last is the result, and unknown is not "not recovered"', async () => {
  for (const [answer, result] of [
    [bad, 'not_recovered'],
    [lost, 'unknown'],
  ] as const) {
    const proving = new Proving()
    proving.probes.answer = () => answer
    proving.begin([health])
    expect(await proving.settled()).toBe(60_000)
    expect(proving.proof?.result).toBe(result)
  }
})

test('checks that begin to hold just before the time is up are given their stable time, and no more trouble', async () => {
  for (const second of [59.5, 51.5]) {
    const proving = new Proving()
    proving.probes.answer = script<ProbeAnswer>(proving.clock, [[second, up]], bad)
    proving.begin([health])
    expect(await proving.settled()).toBe(Math.ceil(second) * 1_000 + 10_000)
    expect(proving.proof?.result).toBe('recovered')
  }
})

test('after the time is up the first look that is not good ends the proof', async () => {
  const proving = new Proving()
  proving.probes.answer = script<ProbeAnswer>(
    proving.clock,
    [
      [58.5, up],
      [63.5, lost],
      [64.5, up],
    ],
    bad,
  )
  proving.begin([health])
  expect(await proving.settled()).toBe(64_000)
  expect(proving.proof?.result).toBe('unknown')
})

test('a poll that is slower than the stable time still ends in recovered when every look is good', async () => {
  const proving = new Proving()
  proving.probes.answer = script<ProbeAnswer>(proving.clock, [[59.5, up]], bad)
  const deps = { ...proving, settings: { ...settings, pollIntervalMs: 7_000 } }
  const task = {
    checks: [health],
    lineage: proving.web,
    labels: {},
    actedAt: proving.clock.now(),
    withinMs: 60_000,
    stableForMs: 10_000,
  }
  let proof: Proof | null = null
  void prove(deps, task, proving.stopping.signal).then((settled) => {
    proof = settled
  })
  await proving.clock.runUntil(() => proof !== null, 3_600_000)
  expect(proof).toMatchObject({ result: 'recovered' })
})

test('a query counts from its settle point on: the act, the window, and one scrape', async () => {
  const proving = new Proving()
  proving.metrics.answer = (_, at) => [sample(0, at)]
  proving.begin([ratio])
  // 2 minutes and 15 seconds, then 10 seconds of holding.
  expect(await proving.settled()).toBe(145_000)
  expect(proving.metrics.asked.length).toBe(11)
  expect(proving.proof?.result).toBe('recovered')
})

test('the time for the proof begins at the settle point', async () => {
  const proving = new Proving()
  proving.metrics.answer = (_, at) => [sample(1, at)]
  proving.begin([ratio], { withinMs: 30_000 })
  expect(await proving.settled()).toBe(165_000)
  expect(proving.proof?.result).toBe('not_recovered')
})

test('samples from before the settle point are unknown, however good they look', async () => {
  const proving = new Proving()
  const actedAt = proving.clock.now()
  proving.metrics.answer = () => [sample(0, actedAt + 134_999)]
  proving.begin([ratio])
  await proving.settled()
  expect(proving.proof?.result).toBe('unknown')
  expect(proving.proof?.last.checks[0]?.detail).toContain('too old to say anything')
})

test('a wall clock that jumps ahead does not make data from before the act look new', async () => {
  const proving = new Proving()
  proving.metrics.answer = (_, at) => [sample(0, at)]
  proving.begin([ratio])
  await proving.clock.run(5_000)
  proving.clock.jump(3_600_000)
  expect(await proving.settled()).toBe(140_000)
})

test('a wall clock that jumps back proves nothing until data from after the act can be told apart', async () => {
  const proving = new Proving()
  proving.metrics.answer = (_, at) => [sample(0, at)]
  proving.begin([ratio])
  await proving.clock.run(5_000)
  proving.clock.jump(-3_600_000)
  await proving.settled()
  expect(proving.proof?.result).toBe('unknown')
  expect(proving.metrics.asked).toEqual([])
})

test('a proof that is resumed after the settle point has passed still has its whole time', async () => {
  const proving = new Proving()
  proving.metrics.answer = script(proving.clock, [[50, [sample(0, proving.clock.now() + 60_000)]]], [])
  proving.begin([ratio], { actedAt: proving.clock.now() - 3_600_000 })
  expect(await proving.settled()).toBe(60_000)
  expect(proving.proof?.result).toBe('recovered')
})

test('a proof that is broken off settles nothing, even when the last look was already under way', async () => {
  const proving = new Proving()
  proving.containers.state = 'silent'
  proving.begin([running()])
  await proving.clock.run(3_000)
  proving.stopping.abort(new Error('stopping'))
  await proving.settled()
  expect(proving.proof).toBeNull()
  expect(proving.error).toEqual(new Error('stopping'))
})

test('a proof that is broken off during a query settles nothing', async () => {
  const proving = new Proving()
  proving.metrics.answer = () => 'silent'
  proving.begin([ratio], { actedAt: proving.clock.now() - 3_600_000, withinMs: 0 })
  await proving.clock.run(3_000)
  proving.stopping.abort(new Error('stopping'))
  await proving.settled()
  expect(proving.proof).toBeNull()
  expect(proving.error).toEqual(new Error('stopping'))
})

test('a check that breaks is unknown, and says why', async () => {
  const proving = new Proving()
  proving.probes.answer = () => {
    throw new TypeError('a mistake of ours')
  }
  proving.begin([health])
  await proving.settled()
  expect(proving.proof).toMatchObject({ result: 'unknown', last: { checks: [{ detail: 'a mistake of ours' }] } })
})

test('a container that nothing is left of is not recovered', async () => {
  const proving = new Proving()
  proving.containers.remove(proving.web)
  proving.begin([running()])
  await proving.settled()
  expect(proving.proof?.result).toBe('not_recovered')
})

test('no check at all proves nothing', async () => {
  const proving = new Proving()
  proving.begin([], { withinMs: 0 })
  await proving.settled()
  expect(proving.proof?.result).toBe('unknown')
})
