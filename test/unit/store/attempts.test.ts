import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../src/store/open-store.ts'
import { newAttempt, newIncident, openTemporaryStore, temporaryFolder } from '../../support/temporary-store.ts'

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('reserve' as const), target: fc.nat({ max: 1 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      which: fc.nat(),
      state: fc.constantFrom('done' as const, 'interrupted' as const, 'unknown' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)

type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

describe('attempts', { timeout: 30_000 }, () => {
  it('are reserved with everything that was known, their proof pending', () => {
    const { ledger } = openTemporaryStore()
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    const reserved = ledger.reserveAttempt(newAttempt(incident, 'local/shop/web', 2000))
    expect(reserved).toEqual({
      ...newAttempt(incident, 'local/shop/web', 2000),
      id: 1,
      state: 'reserved',
      proof: 'pending',
      detail: '',
      actedAt: null,
      settledAt: null,
    })
    expect(ledger.attemptsOf(incident)).toEqual([reserved])
    expect(ledger.unsettledAttempts()).toEqual([reserved])
  })

  it('keep what a change does not name, and are unsettled until their proof is known', () => {
    const { ledger } = openTemporaryStore()
    const incident = ledger.openIncident(newIncident('local/shop/web')).id
    const { id } = ledger.reserveAttempt(newAttempt(incident, 'local/shop/web', 2000))
    ledger.changeAttempt(id, { state: 'acting', actedAt: 2001 })
    ledger.changeAttempt(id, { state: 'done', detail: 'started web-1' })
    expect(ledger.unsettledAttempts().map((attempt) => attempt.id)).toEqual([id])
    const evidence = [{ check: 'running', before: 'exited', after: 'running', at: 2500 }]
    const settled = ledger.changeAttempt(id, { proof: 'recovered', evidence, settledAt: 2500 })
    expect(settled).toMatchObject({ state: 'done', detail: 'started web-1', actedAt: 2001, evidence, settledAt: 2500 })
    expect(ledger.unsettledAttempts()).toEqual([])
    expect(ledger.attemptsOf(incident)).toEqual([settled])
  })

  it('need an incident, and must exist to be changed', () => {
    const { ledger } = openTemporaryStore()
    expect(() => ledger.reserveAttempt(newAttempt(1, 'local/shop/web', 1))).toThrow(/FOREIGN KEY/)
    expect(() => ledger.changeAttempt(1, { state: 'done' })).toThrow('there is no attempt 1')
  })

  it('are counted since an instant as a plain list would be, over clock jumps and restarts', () => {
    const path = temporaryFolder()
    let store = openStore({ path })
    let run = 0
    const play = (steps: readonly Step[]): void => {
      run += 1
      const targets = [`local/${run}/web`, `local/${run}/stock`]
      const incidents = targets.map((target) => store.ledger.openIncident(newIncident(target)).id)
      const model: { readonly id: number; readonly target: string; readonly at: number }[] = []
      let now = 1_000_000
      for (const each of steps) {
        if (each.kind === 'advance') now += each.ms
        if (each.kind === 'restart') {
          store.close()
          store = openStore({ path })
        }
        if (each.kind === 'reserve') {
          const target = targets[each.target] ?? ''
          const { id } = store.ledger.reserveAttempt(newAttempt(incidents[each.target] ?? 0, target, now))
          model.push({ id, target, at: now })
        }
        const settled = each.kind === 'settle' ? model[each.which % Math.max(1, model.length)] : undefined
        if (each.kind === 'settle' && settled !== undefined)
          store.ledger.changeAttempt(settled.id, { state: each.state, proof: 'unknown', settledAt: now })
        for (const target of targets)
          for (const since of [now, now - 1, now - 60_000, ...model.map(({ at }) => at)]) {
            const wanted = model.filter((attempt) => attempt.target === target && attempt.at > since)
            expect(store.ledger.attemptsSince(target, since).map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
          }
      }
    }
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), play), { numRuns: 40 })
    store.close()
  })
})
