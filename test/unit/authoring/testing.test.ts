import { describe, expect, test } from 'vitest'
import { defineRunbook, type Observation, type Rung, restart, running, Type } from '../../../src/authoring/index.ts'
import { anObservation, aReplica, aTarget, planFor } from '../../../src/authoring/testing.ts'

type Labels = { service: string }

function aRunbook(rung: Partial<Rung<Labels>>) {
  return defineRunbook({
    name: 'one',
    urgency: 'down',
    summary: 's',
    meaning: 'm',
    impact: 'i',
    mitigation: 'm',
    match: ['a="b"'],
    labels: Type.Object({ service: Type.String() }),
    ladder: [
      {
        name: 'restart',
        risk: 'low',
        plan: ({ target }) => [restart(target)],
        verify: [running()],
        within: '60s',
        stableFor: '30s',
        ...rung,
      },
    ],
    escalate: { severity: 'critical', summary: () => 's' },
  })
}

const alert = { labels: { service: 'web', other: 'x' }, annotations: { text: 'y' } }

describe('planFor', () => {
  test('gives the rung the labels and annotations of the alert', () => {
    let seen: Observation<Labels> | undefined
    const runbook = aRunbook({
      plan: (observation) => {
        seen = observation
        return []
      },
    })
    expect(planFor(runbook, alert, anObservation({ labels: { a: 'b' } }))).toEqual([
      { rung: 'restart', skipped: false, actions: [] },
    ])
    expect(seen).toEqual({ ...anObservation(), ...alert })
  })

  test('observes the default target when no observation is given', () => {
    expect(planFor(aRunbook({}), alert)).toMatchObject([{ actions: [{ kind: 'restart', target: 'local/shop/web' }] }])
  })

  test('reports a rung that is skipped, and does not plan it', () => {
    const plan = () => {
      throw new Error('planned')
    }
    expect(planFor(aRunbook({ when: () => false, plan }), alert)).toEqual([
      { rung: 'restart', skipped: true, actions: [] },
    ])
  })

  test('leaves the given observation unfrozen, and gives author code a frozen one', () => {
    const observation = anObservation()
    const plan = ({ target }: Observation<Labels>) => {
      Reflect.set(target, 'lineage', 'local/shop/db')
      expect(Object.isFrozen(target.replicas[0]?.addresses)).toBe(true)
      return [restart(target)]
    }
    expect(planFor(aRunbook({ plan }), alert, observation)).toMatchObject([{ actions: [{ target: 'local/shop/web' }] }])
    expect(Object.isFrozen(observation.target)).toBe(false)
  })

  test('refuses labels that break the contract', () => {
    expect(() => planFor(aRunbook({}), { labels: {} })).toThrow(
      'the labels break the contract of one: label service: found nothing, expected a value',
    )
  })

  test('refuses what the engine would refuse: promises, and conditions that are neither true nor false', () => {
    const pending = (): never => Promise.resolve([]) as never
    expect(() => planFor(aRunbook({ plan: pending }), alert)).toThrow('one, rung restart: plan returned a promise')
    const failing = () => planFor(aRunbook({ when: pending }), alert)
    expect(failing).toThrow('one, rung restart: when returned a promise, expected true or false')
  })

  test('refuses actions on another target', () => {
    const plan = () => [restart(aTarget({ service: 'db' }))]
    expect(() => planFor(aRunbook({ plan }), alert)).toThrow(
      'one, rung restart: plan returned a restart of another target: found "local/shop/db", expected "local/shop/web"',
    )
  })
})

describe('the builders', () => {
  test('derive names, ids and the lineage from what is changed', () => {
    expect(aReplica({ name: 'db-3' })).toMatchObject({ id: 'id-of-db-3', name: 'db-3', state: 'running' })
    expect(aTarget({ project: '_', service: 'db', replicas: [] })).toEqual({
      lineage: 'local/_/db',
      engine: 'local',
      project: '_',
      service: 'db',
      replicas: [],
    })
    expect(anObservation({ at: '2026-02-02T00:00:00Z' }).at).toBe('2026-02-02T00:00:00Z')
  })
})
