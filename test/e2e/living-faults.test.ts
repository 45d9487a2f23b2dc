import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { rootFolder } from '../../tools/parts.mjs'
import type { SeenIncident } from '../support/e2e/api.ts'
import { startLoop } from '../support/e2e/loop.ts'
import { webServer } from '../support/e2e/services.ts'
import { eventually } from '../support/real/eventually.ts'

// Faults of processes that live on: from what Prometheus sees of them to a proven recovery, with the rules and runbooks
// that ship, but for the time that errors are counted over: a unit test sees to it that the runbook's window is the rule's.

const shippedRunbook = await readFile(join(rootFolder, 'runbooks/error-spike.ts'), 'utf8')

/** Six times as fast: two minutes of answers become 20 s, in the rules and in the runbook that goes by them. */
const hasten = (text: string) =>
  text
    .replaceAll('[2m]', '[20s]')
    .replaceAll('[1m]', '[10s]')
    .replaceAll("window: '2m'", "window: '20s'")
    .replace('for: 1m', 'for: 5s')
const windowMs = 20_000
const scrapeMs = 1_000
const stableMs = 15_000

const isEnded = ({ state }: SeenIncident) => state === 'ended'

/**
 * A web server whose counters say that requests are answered well, until `/cgi-bin/break` is asked for: from then on each
 * one is answered with an error. It remembers that in memory only.
 */
const failing = [
  'mkdir -p /www/cgi-bin',
  `printf '#!/bin/sh\\nkill -USR1 %s\\n' $$ > /www/cgi-bin/break`,
  'chmod +x /www/cgi-bin/break',
  'good=0; bad=0; broken=',
  'trap "broken=1" USR1',
  `count() { printf 'http_requests_total{code="200"} %s\\nhttp_requests_total{code="500"} %s\\n' $good $bad > /www/new; }`,
  'count; mv /www/new /www/metrics.txt; httpd -p 80 -h /www',
  'while :; do if [ "$broken" ]; then bad=$((bad + 1)); else good=$((good + 1)); fi; count; mv /www/new /www/metrics.txt; sleep 0.1; done',
].join('; ')

const listens = { test: ['CMD', 'wget', '-q', '-O', '/dev/null', 'http://127.0.0.1/metrics.txt'], intervalMs: 1_000 }

describe.concurrent('a process that lives', () => {
  test('and answers nothing is restarted, although its container runs', { timeout: 120_000 }, async () => {
    // Without an init of its own, the container's first process is the server itself.
    await using loop = await startLoop({
      version: 'newest',
      service: { script: webServer, hostConfig: { Init: false } },
    })
    const { service, selfheal } = loop
    const startedAt = await service.startedAt()

    await service.signalFromHost('SIGSTOP')
    const incident = await selfheal.until(service.target, isEnded, { timeoutMs: 100_000, intervalMs: 200 })

    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1, runbook: 'target-down' })
    expect(incident.history[0]).toMatchObject({
      rung: 1,
      proof: 'recovered',
      actions: [{ kind: 'restart', target: service.target }],
      evidence: [
        { check: 'running', before: '1 of 1 running', after: '1 of 1 running' },
        { before: '0 of 1 series >= 1, values 0', after: '1 of 1 series >= 1, values 1' },
      ],
    })
    expect(await service.startedAt()).not.toBe(startedAt)
    expect(service.starts()).toBe(2)
    const answer = await fetch(`http://${await service.address()}/metrics.txt`, { signal: AbortSignal.timeout(5_000) })
    expect(answer.status).toBe(200)
  })

  test('and answers with errors is restarted, and believed when the whole window was free of them', {
    timeout: 120_000,
  }, async () => {
    await using loop = await startLoop({
      version: 'oldest',
      service: { script: failing, health: listens },
      rules: hasten,
      runbooks: { 'error-spike.ts': hasten(shippedRunbook) },
    })
    const { service, selfheal } = loop
    const url = `http://${await service.address()}`

    await fetch(`${url}/cgi-bin/break`).catch(() => {}) // it says nothing
    await eventually('errors', async () => /"500"} [1-9]/.test(await (await fetch(`${url}/metrics.txt`)).text()))
    const incident = await selfheal.until(service.target, isEnded, { timeoutMs: 100_000, intervalMs: 500 })

    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1, runbook: 'error-spike' })
    expect(incident.history[0]).toMatchObject({
      rung: 0,
      proof: 'recovered',
      actions: [{ kind: 'restart', target: service.target }],
      evidence: [{ check: 'healthy' }, { check: expect.stringContaining('service:error_ratio:rate2m') }],
    })
    const { actedAt, settledAt } = incident.history[0] ?? {}
    expect(Date.parse(settledAt ?? '') - Date.parse(actedAt ?? '')).toBeGreaterThanOrEqual(
      windowMs + scrapeMs + stableMs,
    )
    expect(service.starts()).toBe(2)
  })
})
