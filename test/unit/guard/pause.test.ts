import { describe, expect, it } from 'vitest'
import { concerns, coversTarget, isInForce, isScope, type Pause, pauseGuard } from '../../../src/guard/pause.ts'
import { judgeAll } from '../../../src/guard/pipeline.ts'
import { container, facts, now } from './facts.ts'

const pause = (changes: Partial<Pause> = {}): Pause => ({
  id: 1,
  target: null,
  reason: 'deploy',
  by: 'ada',
  at: now - 1000,
  until: null,
  endedAt: null,
  endedBy: null,
  ...changes,
})

describe('the pause guard', () => {
  it('allows where nothing is paused', () => {
    expect(pauseGuard.judge(facts())).toMatchObject({ guard: 'pause', verdict: 'allow', reason: null })
  })

  it('defers without an end where nobody has set one, and says who paused and why', () => {
    expect(pauseGuard.judge(facts({ pauses: [pause()] }))).toEqual({
      guard: 'pause',
      verdict: 'defer',
      reason: 'paused',
      detail: 'pause 1 of everything by ada: deploy',
      until: null,
    })
  })

  it('defers until the last of several pauses is over', () => {
    const pauses = [pause({ until: now + 5000 }), pause({ id: 2, target: 'local/shop/web', until: now + 9000 })]
    expect(pauseGuard.judge(facts({ pauses }))).toMatchObject({ verdict: 'defer', until: now + 9000 })
  })

  it('knows no end where one of several pauses has none', () => {
    const pauses = [pause({ until: now + 5000 }), pause({ id: 2 })]
    expect(pauseGuard.judge(facts({ pauses }))).toMatchObject({ verdict: 'defer', until: null })
  })

  it('is over at its expiry, and when a person has ended it', () => {
    expect(isInForce(pause({ until: now + 1 }), now)).toBe(true)
    expect(isInForce(pause({ until: now }), now)).toBe(false)
    expect(isInForce(pause({ endedAt: now, endedBy: 'ada' }), now)).toBe(false)
    const over = [pause({ until: now }), pause({ endedAt: now - 1, endedBy: 'ada' })]
    expect(pauseGuard.judge(facts({ pauses: over }))).toMatchObject({ verdict: 'allow' })
  })

  it('never makes a refusal or a question weaker', () => {
    const pauses = [pause({ until: now + 5000 })]
    expect(judgeAll(facts({ pauses, mode: 'observe' }))).toMatchObject({ verdict: 'refuse', reason: 'observe-only' })
    expect(judgeAll(facts({ pauses, mode: 'advise' }))).toMatchObject({ verdict: 'ask', reason: 'advise-only' })
    const stopped = facts({ pauses, containers: [container({ exitCause: 'person' })] })
    expect(judgeAll(stopped)).toMatchObject({ verdict: 'refuse', reason: 'stopped-by-person' })
  })
})

describe('what a pause covers', () => {
  it.each([
    [null, 'local/shop/web', true],
    ['local/shop/web', 'local/shop/web', true],
    ['local/shop/web', 'local/shop/web2', false],
    ['local/shop/*', 'local/shop/web', true],
    ['local/shop/*', 'local/shopping/web', false],
    ['local/sho/*', 'local/shop/web', false],
    ['local/shop/*', 'other/shop/web', false],
  ])('a pause of %s concerns %s: %s', (target, lineage, expected) => {
    expect(concerns(pause({ target }), lineage)).toBe(expected)
    if (target !== null) expect(coversTarget(target, lineage)).toBe(expected)
  })

  it.each(['local/shop/web', 'local/_/web', 'local/shop/*'])('%s can be named', (text) => {
    expect(isScope(text)).toBe(true)
  })

  it.each(['web', 'shop/web', 'local//web', 'local/shop/', 'local/*/web', 'local/shop/w*', 'local/shop/a b', '*', ''])(
    '%j cannot be named',
    (text) => {
      expect(isScope(text)).toBe(false)
    },
  )
})
