import { describe, expect, test } from 'vitest'
import containerDown from '../../../runbooks/container-down.ts'
import targetDown from '../../../runbooks/target-down.ts'
import { matches, parseMatchers } from '../../../src/alert/matcher.ts'
import { anObservation, aReplica, aTarget, planFor } from '../../../src/authoring/testing.ts'

const labels = { alertname: 'ServiceDown', symptom: 'down', job: 'services', instance: 'web:8080', service: 'web' }
const exited = aReplica({ name: 'web-2', state: 'exited', exitCode: 137, oomKilled: true, addresses: {} })
const takes = (changed: Readonly<Record<string, string>>) =>
  matches(parseMatchers(targetDown.match), { ...labels, ...changed })

describe('target-down', () => {
  test('takes alerts of a target that Prometheus itself scrapes', () => {
    expect(takes({})).toBe(true)
  })

  test.each([
    ['without a job', { job: '' }],
    ['without an instance', { instance: '' }],
    ['whose symptom is another', { symptom: 'unresponsive' }],
    ['of a probe from outside', { job: 'Blackbox-HTTP' }],
    ['of another probe', { job: 'icmp-probes' }],
    ['about an address with a path', { instance: 'http://web:8080/healthz' }],
    ['that cAdvisor gives about another container', { job: 'cadvisor', instance: 'cadvisor:8080' }],
  ])('leaves an alert %s to others', (_, changed) => {
    expect(takes(changed)).toBe(false)
  })

  test('is more specific than container-down, which takes the same alerts', () => {
    expect(matches(parseMatchers(containerDown.match), labels)).toBe(true)
    expect(targetDown.urgency).toBe(containerDown.urgency)
    expect(targetDown.match.length).toBeGreaterThan(containerDown.match.length)
  })

  test('starts what does not run, then restarts all of it', () => {
    const target = aTarget({ replicas: [aReplica(), exited] })
    expect(planFor(targetDown, { labels }, anObservation({ target }))).toEqual([
      {
        rung: 'start',
        skipped: false,
        actions: [expect.objectContaining({ kind: 'start', containers: [expect.objectContaining({ name: 'web-2' })] })],
      },
      {
        rung: 'restart',
        skipped: false,
        actions: [expect.objectContaining({ kind: 'restart', strategy: 'rolling' })],
      },
    ])
  })

  test('goes straight to the restart where every container runs, as in a hang', () => {
    expect(planFor(targetDown, { labels }, anObservation())).toEqual([
      { rung: 'start', skipped: true, actions: [] },
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

  test('is never proven by running containers alone: the very target must be scraped again', () => {
    for (const { verify } of targetDown.ladder) {
      expect(verify).toEqual([
        { kind: 'running' },
        {
          kind: 'query',
          expr: 'up{job="$job", instance="$instance"}',
          is: '>=',
          than: 1,
          window: '5s',
          any: false,
        },
      ])
    }
  })

  test.each([
    'web:8080',
    'web',
    'web-1.example.com:443',
    'my_service.shop:9100',
    '10.0.0.7:9100',
    '[fd00::7]:9100',
    '[::ffff:10.0.0.7]:9100',
    '[fe80::1%eth0]:9100',
  ])('accepts the instance %s', (instance) => {
    expect(planFor(targetDown, { labels: { ...labels, instance } }, anObservation())).toHaveLength(2)
  })

  test.each(['services', 'node exporter', 'docker/shop', 'serviceMonitor/shop/web/0'])('accepts the job %s', (job) => {
    expect(planFor(targetDown, { labels: { ...labels, job } }, anObservation())).toHaveLength(2)
  })

  test.each([
    ['job', ''],
    ['job', 'services"} or vector(1) #'],
    ['job', 'services\n'],
    ['job', '$instance'],
    ['job', 'j'.repeat(129)],
    ['instance', ''],
    ['instance', 'web:8080"} or vector(1)'],
    ['instance', 'web; reboot'],
    ['instance', 'web:8080\n'],
    ['instance', 'web:808080'],
    ['instance', 'fd00::7:9100'],
    ['instance', '[]:9100'],
    ['instance', `${'w'.repeat(260)}:80`],
  ])('refuses the %s %j', (label, value) => {
    const refused = () => planFor(targetDown, { labels: { ...labels, [label]: value } }, anObservation())
    expect(refused).toThrow(new RegExp(`label ${label}: found `))
  })

  test('tells people which target it is, and how its containers ended', () => {
    const observation = { ...anObservation({ target: aTarget({ replicas: [aReplica(), exited] }) }), labels }
    expect(targetDown.escalate.summary(observation)).toBe(
      'local/shop/web: Prometheus cannot scrape web:8080, web-2 is exited (exit code 137, out of memory)',
    )
    expect(targetDown.escalate.summary({ ...anObservation(), labels })).toBe(
      'local/shop/web: Prometheus cannot scrape web:8080, although its containers run',
    )
  })
})
