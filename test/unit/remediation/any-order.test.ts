/** Whatever order the messages of two Alertmanagers and the listings come in, the episodes end as the truth demands. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { computeFingerprint } from '../../../src/alert/fingerprint.ts'
import { forgottenAfterMs } from '../../../src/alert/reconcile-episode.ts'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'

const secondMs = 1_000
const minuteMs = 60_000
const resendMs = 60_000
/** For how long the sender of the alerts is cut off: its alerts are taken for resolved, and come back as they were. */
const cutMs = 150_000

/** What happens, and how long after what happened before. */
type Happening =
  | {
      readonly kind: 'fire' | 'resolve' | 'silence' | 'unsilence' | 'cut' | 'part' | 'whole' | 'restart'
      readonly peer: 0 | 1
    }
  | { readonly kind: 'post'; readonly peer: 0 | 1; readonly delays: readonly number[]; readonly isTruncated: boolean }

type Step = { readonly afterMs: number; readonly happening: Happening }

const peer = fc.constantFrom(0 as const, 1 as const)
const delay = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 * secondMs }))
/** Up to two copies, each late by up to a minute and a half. */
const post = fc.record({
  kind: fc.constant('post' as const),
  peer,
  delays: fc.array(delay, { minLength: 1, maxLength: 2 }),
  isTruncated: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})
const turn = fc.record({
  kind: fc.constantFrom('fire', 'fire', 'fire', 'resolve', 'resolve', 'silence', 'unsilence', 'unsilence'),
  peer,
})
const trouble = fc.record({ kind: fc.constantFrom('part', 'whole', 'restart', 'cut', 'cut'), peer })
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 5, arbitrary: post },
  { weight: 6, arbitrary: turn },
  { weight: 1, arbitrary: trouble },
)
const pause = fc.oneof(fc.integer({ min: 0, max: 45 * secondMs }), fc.integer({ min: 0, max: 4 * minuteMs }))
const steps: fc.Arbitrary<readonly Step[]> = fc.array(fc.record({ afterMs: pause, happening }), {
  minLength: 6,
  maxLength: 40,
  size: 'max',
})

const labels = alertOn('web')

/** One alert as it is, and as two Alertmanagers know it. */
class Truth {
  startsAt: number | null = null
  endedAt: number | null = null
  lastStart = 0
  isSilenced = false
  cutUntil = 0
  readonly knowsFrom = [0, 0]
  readonly #world: EngineWorld

  constructor(world: EngineWorld) {
    this.#world = world
  }

  happen(what: Happening): void {
    const { clock, alertmanager } = this.#world
    const now = clock.now()
    if (what.kind === 'fire' && this.startsAt === null) {
      this.startsAt = now
      this.lastStart = now
    }
    if (what.kind === 'resolve' && this.startsAt !== null) {
      this.startsAt = null
      this.endedAt = now
    }
    if (what.kind === 'silence') this.isSilenced = true
    if (what.kind === 'unsilence') this.isSilenced = false
    if (what.kind === 'cut') {
      this.cutUntil = now + cutMs
      clock.after(cutMs, () => this.show())
    }
    if (what.kind === 'part') alertmanager.state = 'part'
    if (what.kind === 'whole') alertmanager.state = 'up'
    if (what.kind === 'restart') {
      this.knowsFrom[what.peer] = now + resendMs
      clock.after(resendMs, () => this.show())
    }
    if (what.kind === 'post') this.#post(what)
    this.show()
  }

  /** What a listing holds from now on. */
  show(): void {
    const { alertmanager, clock } = this.#world
    const isKnown = this.cutUntil <= clock.now() && this.knowsFrom.some((at) => at <= clock.now())
    if (this.startsAt === null || !isKnown) alertmanager.drop(labels)
    else alertmanager.hold(labels, { startsAt: this.startsAt, state: this.isSilenced ? 'suppressed' : 'active' })
  }

  /** A peer posts what it knows; a silenced alert is in no message, and a forgotten one neither. */
  #post({ peer: index, delays, isTruncated }: Extract<Happening, { kind: 'post' }>): void {
    const { clock } = this.#world
    if (this.isSilenced || (this.knowsFrom[index] ?? 0) > clock.now() || this.lastStart === 0) return
    const isFiring = this.startsAt !== null && this.cutUntil <= clock.now()
    const message = {
      status: isFiring ? 'firing' : 'resolved',
      labels,
      startsAt: new Date(this.lastStart).toISOString(),
      ...(!isFiring && { endsAt: new Date(this.startsAt === null ? (this.endedAt ?? 0) : clock.now()).toISOString() }),
    }
    const more = { externalURL: `http://peer-${index}:9093`, truncatedAlerts: isTruncated ? 3 : 0, groupLabels: {} }
    for (const delay of delays) clock.after(delay, () => void this.#world.post([message], 'selfheal', more))
  }
}

test('two Alertmanagers, in any order, late, twice, silenced, restarted: episodes end as the truth is', async () => {
  const seen = new Set<string>()
  const property = fc.asyncProperty(steps, async (history) => {
    const world = createWorld({ reconciles: true })
    try {
      world.engine.stopByPerson(world.add('web'))
      await world.post([{ status: 'firing', labels: { alertname: 'Other' } }])
      const truth = new Truth(world)
      for (const { afterMs, happening: what } of history) {
        await world.run(afterMs)
        truth.happen(what)
        const firing = world.ledger.heldEpisodes(0, 100).filter(({ state }) => state === 'firing')
        expect(new Set(firing.map(({ fingerprint }) => fingerprint)).size).toBe(firing.length)
      }
      truth.happen({ kind: 'whole', peer: 0 })
      await world.run(10 * minuteMs)
      // What was posted late, and no listing ever held, is believed for as long as a repetition may take.
      world.clock.jump(forgottenAfterMs)
      await world.run(2 * minuteMs)
      const latest = world.ledger.latestEpisode(computeFingerprint(labels))
      const isActive = truth.startsAt !== null && !truth.isSilenced
      expect(latest?.state === 'firing').toBe(isActive)
      if (truth.startsAt === null && latest !== undefined) expect(latest.state).not.toBe('suppressed')
      expect(world.lines.filter(({ level }) => level === 'error')).toEqual([])
      for (const { phrase, fields } of world.lines) if (phrase === 'alert reconciled') seen.add(String(fields.because))
    } finally {
      await world.stop()
      world.close()
    }
  })
  // The same histories every time, which are varied enough to mean something; and others.
  await fc.assert(property, { numRuns: 80, seed: 1 })
  const every = [
    'unsilenced',
    'silenced',
    'absent',
    'forgotten',
    'fired-again',
    'still-active',
    'truncated',
    'unannounced',
  ]
  expect(every.filter((because) => !seen.has(because))).toEqual([])
  await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 30_000 })
}, 120_000)
