import { describe, expect, test } from 'vitest'
import type { EpisodeState } from '../../../src/alert/episode.ts'
import { alertInactive, type Check, running } from '../../../src/authoring/index.ts'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import { evaluateAlertInactive, type QuietQuestion } from '../../../src/remediation/checks/alert-inactive.ts'
import type { AlertsView, HeldAlert } from '../../../src/remediation/ports.ts'
import { type Proof, prove } from '../../../src/remediation/prove.ts'
import { settings } from '../../support/engine-world.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { SimulatedMetrics, SimulatedProbes } from '../../support/simulated-metrics.ts'
import { firstInstant, VirtualClock } from '../../support/virtual-clock.ts'

const actedAt = firstInstant
const fingerprint = '00000000000000aa'
const unreachable = new AdapterError('alertmanager', 'unreachable', 'no Alertmanager at http://alertmanager:9093')

const held = (changes: Partial<HeldAlert> = {}): HeldAlert => ({
  fingerprint,
  labels: { alertname: 'ErrorSpike' },
  annotations: {},
  startsAt: actedAt - 60_000,
  endsAt: actedAt + 240_000,
  updatedAt: actedAt + 1,
  state: 'active',
  receivers: ['selfheal'],
  ...changes,
})

const other = held({ fingerprint: '00000000000000bb', labels: { alertname: 'Watchdog' } })
const nothing: AlertsView = { alerts: [other], isComplete: true }
const listing = (...alerts: readonly HeldAlert[]): AlertsView => ({ alerts: [other, ...alerts], isComplete: true })

type Answer = AlertsView | AdapterError

const surroundings = (clock: VirtualClock, answer: () => Answer, states: readonly EpisodeState[] = ['firing']) => ({
  clock,
  alerts: {
    list: async () => {
      const given = answer()
      if (given instanceof AdapterError) throw given
      return given
    },
  },
  ledger: {
    activeIncident: () => (states.length === 0 ? undefined : { id: 1 }),
    episodesOf: () => states.map((state) => ({ fingerprint, state })),
  },
})

const question: QuietQuestion = { lineage: 'local/shop/web', actedAt, isOfNow: false, quietSince: null }

const ask = (answer: Answer, changes: Partial<QuietQuestion> = {}, states?: readonly EpisodeState[]) =>
  evaluateAlertInactive(
    surroundings(new VirtualClock(), () => answer, states),
    { ...question, ...changes },
    new AbortController().signal,
  )

describe('alertInactive()', () => {
  test.each(['active', 'suppressed', 'unprocessed'] as const)('does not hold while the alert is %s', async (state) => {
    expect(await ask(listing(held({ state })))).toMatchObject({ result: 'not_recovered' })
    expect(await ask({ ...listing(held({ state })), isComplete: false })).toMatchObject({ result: 'not_recovered' })
  })

  test('does not know by an alert that was last sent before the act', async () => {
    const old = listing(held({ updatedAt: actedAt - 1 }))
    expect(await ask(old)).toMatchObject({ result: 'unknown', detail: 'ErrorSpike was last sent before the act' })
    expect(await ask(old, { actedAt: null })).toMatchObject({ result: 'not_recovered' })
  })

  test('does not know where nobody can be asked, or one of several does not answer', async () => {
    const withoutAlertmanager = { ...surroundings(new VirtualClock(), () => nothing), alerts: null }
    const { signal } = new AbortController()
    expect(await evaluateAlertInactive(withoutAlertmanager, question, signal)).toMatchObject({
      result: 'unknown',
      detail: 'no Alertmanager is configured',
    })
    expect(await ask(unreachable)).toMatchObject({ result: 'unknown', detail: unreachable.message })
    expect(await ask({ ...nothing, isComplete: false }, { isOfNow: true }, ['resolved'])).toMatchObject({
      result: 'unknown',
      detail: 'not every Alertmanager answered',
    })
    expect(await ask(nothing, {}, [])).toMatchObject({ result: 'unknown' })
  })

  test('takes an absence for a recovery only after Prometheus would have sent the alert again', async () => {
    expect(await ask(nothing)).toMatchObject({ result: 'unknown', quietSince: 0 })
    expect(await ask(nothing, { quietSince: -74_999 })).toMatchObject({ result: 'unknown', quietSince: -74_999 })
    expect(await ask(nothing, { quietSince: -75_000 })).toMatchObject({ result: 'recovered', quietSince: -75_000 })
  })

  test.each<Answer>([unreachable, { ...nothing, isComplete: false }, listing(held())])(
    'begins to wait anew after a look that saw the alert or could not tell',
    async (answer) => {
      expect(await ask(answer, { quietSince: -74_000 })).toMatchObject({ quietSince: null })
    },
  )

  test('at a look that stands alone takes an absence for a recovery only where the alerts closed as well', async () => {
    const alone = { isOfNow: true, actedAt: null }
    expect(await ask(nothing, alone, ['firing'])).toMatchObject({ result: 'unknown' })
    expect(await ask(nothing, alone, ['resolved', 'firing'])).toMatchObject({ result: 'unknown' })
    expect(await ask(nothing, alone, ['resolved', 'vanished'])).toMatchObject({ result: 'recovered' })
  })
})

describe('a proof with alertInactive()', () => {
  const proveWith = async (checks: readonly Check[], answer: (second: number) => Answer) => {
    const clock = new VirtualClock()
    const containers = new SimulatedEngine(clock)
    const { lineage } = containers.add('web')
    const deps = {
      ...surroundings(clock, () => answer(clock.monotonic() / 1000)),
      settings: { ...settings, pollIntervalMs: 1_000 },
      containers,
      metrics: new SimulatedMetrics(),
      probes: new SimulatedProbes(),
    }
    const task = { checks, lineage, labels: {}, actedAt: clock.now(), withinMs: 60_000, stableForMs: 10_000 }
    let proof: Proof | null = null
    void prove(deps, task, new AbortController().signal).then((settled) => {
      proof = settled
    })
    await clock.runUntil(() => proof !== null, 600_000)
    return { proof, seconds: clock.monotonic() / 1000 }
  }

  test('holds once the alert has been away for 75 s, and is no look at the target', async () => {
    const { proof, seconds } = await proveWith([running(), alertInactive()], (second) =>
      second < 20 ? listing(held()) : nothing,
    )
    expect(proof).toMatchObject({ result: 'recovered' })
    expect(seconds).toBe(20 + 75 + 30)
  })

  test('does not hold by the silence of an Alertmanager that has forgotten the alert', async () => {
    const { proof, seconds } = await proveWith([alertInactive()], (second) =>
      second < 10 || second >= 70 ? listing(held()) : nothing,
    )
    expect(proof).toMatchObject({ result: 'not_recovered' })
    expect(seconds).toBe(75 + 60)
  })

  test('stays unknown when Alertmanager cannot be reached', async () => {
    const { proof } = await proveWith([running(), alertInactive()], () => unreachable)
    expect(proof).toMatchObject({ result: 'unknown' })
  })
})
