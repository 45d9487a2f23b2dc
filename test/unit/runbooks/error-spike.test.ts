import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import errorSpike from '../../../runbooks/error-spike.ts'
import { matches, parseMatchers } from '../../../src/alert/matcher.ts'
import { anObservation, planFor } from '../../../src/authoring/testing.ts'

const labels = { alertname: 'ServiceErrors', symptom: 'error_rate', severity: 'critical', service: 'web' }
const takes = (changed: Readonly<Record<string, string>>) =>
  matches(parseMatchers(errorSpike.match), { ...labels, ...changed })

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly labels?: Readonly<Record<string, string>>
}

const rulesFile = join(import.meta.dirname, '../../../rules/plain.yml')
const { groups }: { groups: { rules: Rule[] }[] } = parse(readFileSync(rulesFile, 'utf8'))
const rules = groups.flatMap((group) => group.rules)

describe('error-spike', () => {
  test('takes the warnings and the critical alerts whose symptom is an error rate', () => {
    expect([takes({}), takes({ severity: 'warning' })]).toEqual([true, true])
    expect([takes({ severity: 'info' }), takes({ severity: '' }), takes({ symptom: 'down' })]).toEqual([
      false,
      false,
      false,
    ])
  })

  test('takes every alert that the shipped rules give that symptom', () => {
    const ofErrors = rules.filter((rule) => rule.labels?.symptom === 'error_rate')
    expect(ofErrors.length).toBeGreaterThan(0)
    for (const rule of ofErrors) expect(takes(rule.labels ?? {})).toBe(true)
  })

  test('restarts the replicas one after the other, then replaces them', () => {
    const containers = [{ id: 'id-of-web-1', name: 'web-1', ifStartedAt: '2026-01-01T00:00:00Z' }]
    expect(planFor(errorSpike, { labels }, anObservation())).toEqual([
      {
        rung: 'restart',
        skipped: false,
        actions: [{ kind: 'restart', target: 'local/shop/web', strategy: 'rolling', containers }],
      },
      { rung: 'recreate', skipped: false, actions: [{ kind: 'recreate', target: 'local/shop/web', containers }] },
    ])
    expect(errorSpike.ladder.map(({ risk }) => risk)).toEqual(['low', 'medium'])
  })

  test('is proven by the health check and by a ratio that the shipped rules record', () => {
    for (const { verify } of errorSpike.ladder) {
      expect(verify).toEqual([
        { kind: 'healthy' },
        {
          kind: 'query',
          expr: 'service:error_ratio:rate2m{service="$service"}',
          is: '<',
          than: 0.05,
          window: '2m',
          any: false,
        },
      ])
    }
    expect(rules.map((rule) => rule.record)).toContain('service:error_ratio:rate2m')
  })

  test.each([
    ['without the service label', { service: '' }],
    ['with shell syntax in it', { service: 'web; reboot' }],
    ['with a control character in it', { service: 'web\n' }],
    ['with PromQL in it', { service: 'web"} or vector(0)' }],
    ['with a very long service', { service: 'w'.repeat(129) }],
  ])('refuses an alert %s', (_, changed) => {
    expect(() => planFor(errorSpike, { labels: { ...labels, ...changed } }, anObservation())).toThrow(
      /label service: found /,
    )
  })

  test('tells people which service it is', () => {
    expect(errorSpike.escalate.summary({ ...anObservation(), labels })).toBe(
      'web (local/shop/web) answers with errors, and nothing that was tried is proven to have helped',
    )
  })
})
