import { readFileSync } from 'node:fs'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { guards } from '../../../src/guard/pipeline.ts'
import { allow, decide } from '../../../src/guard/verdict.ts'
import type { IncidentState } from '../../../src/incident/record.ts'
import { createHttpMetrics } from '../../../src/telemetry/http-metrics.ts'
import { metricList } from '../../../src/telemetry/metric-list.ts'
import { describeMetric } from '../../../src/telemetry/metric-reference.ts'
import { createMetrics } from '../../../src/telemetry/metrics.ts'
import { recordDecision } from '../../../src/telemetry/record-event.ts'
import { guardNames } from '../../../src/telemetry/verdict-series.ts'

const createCounted = () => {
  const registry = new Registry()
  const active: IncidentState[] = []
  const state = { active, broken: 0, isTornDown: false }
  const metrics = createMetrics({
    registry,
    version: '1.2.3',
    dependencies: ['docker', 'prometheus'],
    routes: ['GET /metrics', 'other'],
    sources: {
      activeStates: () => state.active,
      inboxPending: () => {
        if (state.isTornDown) throw new Error('closed')
        return 4
      },
      undelivered: () => 2,
      runbooksBroken: () => state.broken,
    },
  })
  const lines = async () => (await registry.metrics()).split('\n')
  return { registry, metrics, state, lines }
}

describe('the metrics', () => {
  it('are the ones of the list and of the process, no more and no fewer', async () => {
    const { registry } = createCounted()
    const names = registry.getMetricsAsArray().map(({ name }) => name)
    const own = names.filter((name) => !/^(process|nodejs)_/.test(name))
    expect(own.sort()).toEqual(
      Object.values(metricList)
        .map(({ name }) => name)
        .sort(),
    )
    expect(names).toContain('process_resident_memory_bytes')
  })

  it('equal their reference', () => {
    const reference = readFileSync(new URL('../../../docs/reference/metrics.md', import.meta.url), 'utf8')
    const rows = reference.split('\n').filter((line) => line.startsWith('| `'))
    expect(rows).toEqual(Object.values(metricList).map((metric) => describeMetric(metric)))
  })

  it('are named as Prometheus wants: own prefix, base units, _total on counters only', () => {
    for (const { name, kind } of Object.values(metricList)) {
      expect(name).toMatch(/^selfheal_[a-z_]+$/)
      expect(name.endsWith('_total')).toBe(kind === 'counter')
      if (kind === 'histogram') expect(name).toMatch(/_seconds$/)
    }
  })

  it('are all there before anything has happened, at zero', async () => {
    const { lines } = createCounted()
    const shown = await lines()
    for (const line of [
      'selfheal_notifications_received_total{result="too_large"} 0',
      'selfheal_incidents_opened_total 0',
      'selfheal_incidents_ended_total{outcome="target_gone"} 0',
      'selfheal_incidents{state="escalated"} 0',
      'selfheal_guard_verdicts_total{guard="budget",verdict="refuse",reason="budget-exhausted"} 0',
      'selfheal_guard_verdicts_total{guard="budget",verdict="allow",reason="none"} 0',
      'selfheal_attempts_total{action="restart"} 0',
      'selfheal_proofs_total{result="unknown"} 0',
      'selfheal_escalations_total{reason="ladder-exhausted"} 0',
      'selfheal_escalation_deliveries_total{receiver_kind="webhook",result="failed"} 0',
      'selfheal_dependency_up{dependency="docker"} 0',
      'selfheal_config_last_reload_successful 1',
      'selfheal_build_info{version="1.2.3"} 1',
      'selfheal_detection_seconds_count 0',
      'selfheal_http_request_duration_seconds_count{route="GET /metrics",status="5xx"} 0',
    ]) {
      expect(shown).toContain(line)
    }
  })

  it('have for each guard only the verdicts that it can give', async () => {
    const { lines } = createCounted()
    const verdicts = (await lines()).filter((line) => line.startsWith('selfheal_guard_verdicts_total{'))
    expect(verdicts.length).toBeLessThan(30)
    expect(guardNames).toEqual(guards.map(({ name }) => name))
  })

  it('never take a label value from outside of its list', async () => {
    const { registry, metrics, lines } = createCounted()
    const http = createHttpMetrics(metrics, registry)
    http.observeRequest('GET /evil?x=1', 200, 0.1)
    metrics.dependencyUp.set({ dependency: 'evil' }, 1)
    recordDecision(metrics, decide([{ ...allow('evil'), verdict: 'defer', reason: 'target-busy' }]))
    const shown = await lines()
    expect(shown.join()).not.toContain('evil')
    expect(shown).toContain('selfheal_guard_verdicts_total{guard="other",verdict="defer",reason="target-busy"} 1')
    expect(shown).toContain('selfheal_http_request_duration_seconds_count{route="other",status="2xx"} 1')
  })

  it('ask for current values at each scrape', async () => {
    const { state, lines } = createCounted()
    state.active = ['open', 'open', 'escalated']
    state.broken = 1
    const shown = await lines()
    for (const line of [
      'selfheal_incidents{state="open"} 2',
      'selfheal_incidents{state="escalated"} 1',
      'selfheal_inbox_pending 4',
      'selfheal_escalations_undelivered 2',
      'selfheal_runbooks_broken 1',
    ]) {
      expect(shown).toContain(line)
    }
    state.active = []
    expect(await lines()).toContain('selfheal_incidents{state="open"} 0')
  })

  it('show NaN where a value cannot be read, and the others all the same', async () => {
    const { state, lines } = createCounted()
    state.isTornDown = true
    const shown = await lines()
    expect(shown).toContain('selfheal_inbox_pending Nan')
    expect(shown).toContain('selfheal_escalations_undelivered 2')
  })

  it('of two programs in one process do not meet', async () => {
    const [a, b] = [createCounted(), createCounted()]
    a.metrics.incidentsOpened.increment({})
    expect(await a.lines()).toContain('selfheal_incidents_opened_total 1')
    expect(await b.lines()).toContain('selfheal_incidents_opened_total 0')
  })
})

it('requests are counted by class of status', async () => {
  const { registry, metrics, lines } = createCounted()
  const http = createHttpMetrics(metrics, registry)
  for (const status of [200, 202, 404, 503]) http.observeRequest('GET /metrics', status, 0.004)
  http.countNotification('accepted')
  const shown = await lines()
  const name = 'selfheal_http_request_duration_seconds'
  expect(shown).toContain(`${name}_count{route="GET /metrics",status="2xx"} 2`)
  expect(shown).toContain(`${name}_count{route="GET /metrics",status="4xx"} 1`)
  expect(shown).toContain(`${name}_count{route="GET /metrics",status="5xx"} 1`)
  expect(shown).toContain('selfheal_notifications_received_total{result="accepted"} 1')
  expect((await http.render()).contentType).toContain('text/plain')
})
