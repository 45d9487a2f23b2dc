import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { restart, start } from '../../../src/authoring/index.ts'
import { aReplica, aTarget } from '../../../src/authoring/testing.ts'
import { validateActions } from '../../../src/authoring/validate-actions.ts'

const target = aTarget({ replicas: [aReplica(), aReplica({ name: 'web-2', state: 'exited', startedAt: null })] })

describe('validateActions', () => {
  test('accepts what the kit makes of the observed target', () => {
    const actions = [start(target), restart(target, { strategy: 'all' })]
    expect(validateActions(actions, target)).toEqual({ ok: true, actions })
    expect(validateActions([], target)).toEqual({ ok: true, actions: [] })
  })

  const good = restart(target)
  test.each([
    ['no list', good],
    ['null', null],
    ['too many', Array.from({ length: 17 }, () => good)],
    ['no kind', [{ target: target.lineage }]],
    ['a kind of every object', [{ ...good, kind: 'constructor' }]],
    ['a property too many', [{ ...good, privileged: true }]],
    ['a container property too many', [{ ...good, containers: [{ ...good.containers[0], cmd: 'sh' }] }]],
    ['a strategy that is none', [{ ...good, strategy: 'fast' }]],
    ['a strategy for a start', [{ ...start(target), strategy: 'all' }]],
    ['another target', [{ ...good, target: 'local/shop/db' }]],
    ['a target like a pattern', [{ ...good, target: 'local/shop/*' }]],
    ['another container id', [{ ...good, containers: [{ id: 'x', name: 'web-1', ifStartedAt: null }] }]],
    ['an id under another name', [{ ...good, containers: [{ ...good.containers[0], name: 'db-1' }] }]],
    ['a container twice', [{ ...good, containers: [good.containers[0], good.containers[0]] }]],
    ['one bad action among good ones', [good, { ...good, target: 'local/shop/db' }]],
  ])('refuses %s', (_, value) => {
    expect(validateActions(value, target)).toEqual({ ok: false, detail: expect.stringMatching(/^plan returned /) })
  })

  test('accepts nothing that leaves the target, whatever the value', () => {
    const container = fc.record({
      id: fc.constantFrom('id-of-web-1', 'id-of-web-2', 'id-of-db-1'),
      name: fc.constantFrom('web-1', 'web-2', 'db-1'),
      ifStartedAt: fc.constantFrom(null, '2026-01-01T00:00:00Z'),
    })
    const action = fc.record({
      kind: fc.constantFrom('start', 'restart', 'remove'),
      target: fc.constantFrom('local/shop/web', 'local/shop/db'),
      strategy: fc.constantFrom('all', 'rolling', undefined),
      containers: fc.array(container, { maxLength: 3 }),
    })
    const value = fc.oneof(fc.array(action, { maxLength: 3 }), fc.jsonValue())
    fc.assert(
      fc.property(value, (candidate) => {
        const plain: unknown = JSON.parse(JSON.stringify(candidate))
        const result = validateActions(plain, target)
        if (!result.ok) return true
        const ids = target.replicas.map((replica) => replica.id)
        return result.actions.every(
          (action) => action.target === target.lineage && action.containers.every(({ id }) => ids.includes(id)),
        )
      }),
      { numRuns: 500 },
    )
  })
})
