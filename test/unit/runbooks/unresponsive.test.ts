import { describe, expect, test } from 'vitest'
import unresponsive from '../../../runbooks/unresponsive.ts'
import { matches, parseMatchers } from '../../../src/alert/matcher.ts'
import { anObservation, planFor } from '../../../src/authoring/testing.ts'

const alert = { labels: { alertname: 'Unresponsive', symptom: 'unresponsive', service: 'web' } }

describe('unresponsive', () => {
  test('takes alerts whose symptom is unresponsive', () => {
    const matchers = parseMatchers(unresponsive.match)
    expect(matches(matchers, alert.labels)).toBe(true)
    expect(matches(matchers, { ...alert.labels, symptom: 'down' })).toBe(false)
  })

  test('restarts the replicas one after the other', () => {
    expect(planFor(unresponsive, alert, anObservation())).toEqual([
      {
        rung: 'restart',
        skipped: false,
        actions: [
          {
            kind: 'restart',
            target: 'local/shop/web',
            strategy: 'rolling',
            containers: [{ id: 'id-of-web-1', name: 'web-1', ifStartedAt: '2026-01-01T00:00:00Z' }],
          },
        ],
      },
    ])
  })

  test('is proven by replicas that run, and by probes and scrapes of the service that all answer', () => {
    expect(unresponsive.ladder[0].verify).toEqual([
      { kind: 'running' },
      {
        kind: 'query',
        expr: 'min(probe_success{service="$service"} or up{service="$service", job!~".*blackbox.*"})',
        is: '>=',
        than: 1,
        window: '15s',
        any: false,
      },
    ])
  })

  test.each([
    ['without the service label', { alertname: 'Unresponsive' }],
    ['with an empty service', { service: '' }],
    ['with shell syntax in it', { service: 'web; reboot' }],
    ['with a control character in it', { service: 'web\n' }],
    ['with PromQL in it', { service: 'web"} or vector(1)' }],
    ['with a very long service', { service: 'w'.repeat(129) }],
  ])('refuses an alert %s', (_, labels) => {
    expect(() => planFor(unresponsive, { labels }, anObservation())).toThrow(/label service: found /)
  })

  test('tells people which service it is', () => {
    const labels = { service: 'web' }
    expect(unresponsive.escalate.summary({ ...anObservation(), labels })).toBe(
      'web (local/shop/web) still does not answer after a restart',
    )
  })
})
