import { describe, expect, test } from 'vitest'
import containerDown from '../../../runbooks/container-down.ts'
import { matches, parseMatchers } from '../../../src/alert/matcher.ts'
import { anObservation, aReplica, aTarget, planFor } from '../../../src/authoring/testing.ts'

const alert = { labels: { alertname: 'ContainerDown', symptom: 'down', service: 'web' } }
const exited = aReplica({ name: 'web-2', state: 'exited', exitCode: 137, oomKilled: true, addresses: {} })

describe('container-down', () => {
  test('takes alerts whose symptom is down', () => {
    const matchers = parseMatchers(containerDown.match)
    expect(matches(matchers, alert.labels)).toBe(true)
    expect(matches(matchers, { ...alert.labels, symptom: 'unresponsive' })).toBe(false)
  })

  test('starts the replicas that do not run, then restarts all of them', () => {
    const target = aTarget({ replicas: [aReplica(), exited] })
    expect(planFor(containerDown, alert, anObservation({ target }))).toEqual([
      {
        rung: 'start',
        skipped: false,
        actions: [
          {
            kind: 'start',
            target: 'local/shop/web',
            containers: [{ id: 'id-of-web-2', name: 'web-2', ifStartedAt: '2026-01-01T00:00:00Z' }],
          },
        ],
      },
      {
        rung: 'restart',
        skipped: false,
        actions: [expect.objectContaining({ kind: 'restart', strategy: 'rolling' })],
      },
    ])
  })

  test.each(['created', 'exited', 'dead'] as const)('starts a container that is %s', (state) => {
    const target = aTarget({ replicas: [aReplica({ state })] })
    const [start] = planFor(containerDown, alert, anObservation({ target }))
    expect(start).toMatchObject({ skipped: false, actions: [{ kind: 'start', containers: [{ name: 'web-1' }] }] })
  })

  test.each(['running', 'paused', 'restarting', 'removing'] as const)(
    'has nothing to start where the only container is %s',
    (state) => {
      const target = aTarget({ replicas: [aReplica({ state })] })
      const [start, restart] = planFor(containerDown, alert, anObservation({ target }))
      expect(start).toEqual({ rung: 'start', skipped: true, actions: [] })
      expect(restart).toMatchObject({ rung: 'restart', skipped: false })
    },
  )

  test('leaves the running time that running() alone needs for a proof', () => {
    for (const rung of containerDown.ladder) {
      expect(rung.verify).toEqual([{ kind: 'running' }])
      expect([rung.within, rung.stableFor]).toEqual(['60s', '30s'])
    }
  })

  test('tells people how each container ended', () => {
    const observation = anObservation({ target: aTarget({ replicas: [aReplica(), exited] }) })
    expect(containerDown.escalate.summary(observation)).toBe(
      'local/shop/web does not run: web-2 is exited (exit code 137, out of memory)',
    )
    expect(containerDown.escalate.summary(anObservation())).toBe('local/shop/web does not keep running')
  })
})
