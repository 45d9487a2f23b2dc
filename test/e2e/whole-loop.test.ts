import { describe, expect, test } from 'vitest'
import { alertsOf } from '../support/e2e/alertmanager-stand.ts'
import type { SeenIncident } from '../support/e2e/api.ts'
import { startLoop } from '../support/e2e/loop.ts'
import { runSelfheal } from '../support/e2e/node-program.ts'
import type { Selfheal } from '../support/e2e/selfheal.ts'
import type { Service } from '../support/e2e/services.ts'
import { eventually } from '../support/real/eventually.ts'
import { freePort } from '../support/real/free-port.ts'

// The rules and runbooks that ship, on the oldest and the newest Prometheus and Alertmanager, from the death of a
// process to a proven recovery.

const faults = [
  {
    version: 'oldest',
    fault: 'ended by a signal from the host',
    inflict: (one: Service) => one.signalFromHost('SIGKILL'),
  },
  { version: 'newest', fault: 'that ends itself', inflict: (one: Service) => one.exitFromInside() },
] as const

const rfc3339 = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describe.concurrent('the whole loop', () => {
  test.each(faults)('heals a process $fault, with the $version Prometheus', { timeout: 120_000 }, async (kind) => {
    const { version, inflict } = kind
    await using loop = await startLoop({ version })
    const { service, selfheal, alertmanager } = loop
    const startedAt = await service.startedAt()

    await inflict(service)
    await service.gone()
    const faultAt = Date.now()
    const isEnded = ({ state }: SeenIncident) => state === 'ended'
    const incident = await selfheal.until(service.target, isEnded, { timeoutMs: 100_000, intervalMs: 200 })

    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1, runbook: 'target-down' })
    expect(await service.isRunning()).toBe(true)
    expect(await service.startedAt()).not.toBe(startedAt)
    expect(service.starts()).toBe(2)
    await checkFields(selfheal, incident.id)
    checkCorrelation(selfheal, incident)
    await checkMetrics(selfheal)
    await checkCommands(selfheal, incident, service)
    tellTimes(version, { incident, faultAt })
    await eventually('Alertmanager has no alert left', async () => (await alertsOf(alertmanager.url)).length === 0)
  })
})

/** CONTRACT of `GET /api/v1/incidents/{id}`: every field, and what it holds after a recovery. */
async function checkFields(selfheal: Selfheal, id: number): Promise<void> {
  const { status, body } = await selfheal.get(`/api/v1/incidents/${id}`)
  expect(status).toBe(200)
  const action = { kind: 'start', target: expect.any(String), containers: [expect.any(Object)] }
  const verdict = { guard: expect.any(String), verdict: 'allow', reason: null, detail: expect.any(String), until: null }
  expect(body).toMatchObject({
    id,
    target: expect.stringMatching(/^local\/[^/]+\/[^/]+$/),
    replica: null,
    runbook: 'target-down',
    mode: 'auto',
    severity: 'critical',
    state: 'ended',
    outcome: 'recovered',
    reason: null,
    until: null,
    openedAt: rfc3339,
    updatedAt: rfc3339,
    endedAt: rfc3339,
    reopened: 0,
    attempts: 1,
    alerts: [
      {
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        alertname: 'ServiceDown',
        state: expect.stringMatching(/^(firing|resolved)$/),
      },
    ],
    proposal: null,
    diagnosis: { causes: [] },
    history: [
      {
        id: expect.any(Number),
        rung: 0,
        state: 'done',
        proof: 'recovered',
        actions: [action],
        verdicts: expect.arrayContaining([verdict]),
        evidence: [
          {
            check: 'running',
            before: expect.stringMatching(/is exited, exit code \d+$/),
            after: '1 of 1 running',
            at: rfc3339,
          },
          {
            check: 'query up{job="$job", instance="$instance"} >= 1',
            before: expect.stringMatching(/^0 of 1 series >= 1, values 0$/),
            after: '1 of 1 series >= 1, values 1',
            at: rfc3339,
          },
        ],
        reservedAt: rfc3339,
        actedAt: rfc3339,
        settledAt: rfc3339,
        undo: null,
      },
    ],
  })
  const { timeline }: { timeline: object[] } = JSON.parse(JSON.stringify(body))
  for (const event of timeline) {
    expect(event).toEqual({
      seq: expect.any(Number),
      at: rfc3339,
      kind: expect.any(String),
      text: expect.any(String),
      data: expect.any(Object),
    })
  }
}

/** One id, the notification's, on every line from the webhook to the proof. */
function checkCorrelation(selfheal: Selfheal, incident: SeenIncident): void {
  const lines = selfheal.lines()
  const correlated = lines.filter(({ notification }) => notification === incident.notification)
  const phrases = correlated.map(({ msg }) => msg)
  expect(phrases.filter((phrase) => steps.includes(phrase))).toEqual(steps)
  expect(phrases).toContain('request answered')
  expect(lines.filter((line) => line.incident === incident.id && line.notification !== incident.notification)).toEqual(
    [],
  )
  expect(lines.filter(({ msg }) => msg === 'not JSON')).toEqual([])
}

const steps = [
  'incident-opened',
  'attempt-reserved',
  'attempt-acting',
  'attempt-acted',
  'proof-settled',
  'incident-ended',
]

async function checkMetrics(selfheal: Selfheal): Promise<void> {
  const series = {
    selfheal_incidents_opened_total: 1,
    'selfheal_incidents_ended_total{outcome="recovered"}': 1,
    'selfheal_attempts_total{action="start"}': 1,
    'selfheal_attempts_total{action="restart"}': 0,
    'selfheal_proofs_total{result="recovered"}': 1,
    selfheal_recovery_seconds_count: 1,
    selfheal_detection_seconds_count: 1,
    selfheal_escalations_undelivered: 0,
    'selfheal_dependency_up{dependency="docker"}': 1,
    'selfheal_dependency_up{dependency="alertmanager"}': 1,
  }
  const seen = await Promise.all(Object.keys(series).map(async (name) => [name, await selfheal.metric(name)] as const))
  expect(Object.fromEntries(seen)).toEqual(series)
}

/** Results on standard output and nothing else there, exit codes as documented. */
async function checkCommands(selfheal: Selfheal, incident: SeenIncident, service: Service): Promise<void> {
  const run = (...args: readonly string[]) => runSelfheal(args, { SELFHEAL_URL: selfheal.url })
  const labels = Object.entries(service.down).map(([name, value]) => `${name}=${value}`)
  const [list, text, shown, planned, unrouted, missing, gone] = await Promise.all([
    run('incidents', 'list', '-o', 'json', '--target', service.target),
    run('incidents'),
    run('incidents', 'show', String(incident.id), '-o', 'json'),
    run('plan', '--labels', ...labels),
    run('plan', '--labels', 'alertname=Unheard'),
    run('incidents', 'show', '4711'),
    runSelfheal(['incidents'], { SELFHEAL_URL: `http://127.0.0.1:${await freePort()}` }),
  ])
  expect([list, text, shown, planned, unrouted, missing, gone].map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 4, 3])
  expect(JSON.parse(list.stdout)).toMatchObject({ incidents: [{ id: incident.id }], nextCursor: null })
  expect(text.stdout).toContain(service.target)
  expect(JSON.parse(shown.stdout)).toEqual((await selfheal.get(`/api/v1/incidents/${incident.id}`)).body)
  expect(JSON.parse(planned.stdout)).toMatchObject({
    decision: expect.stringMatching(/^(act|wait|ask|refuse)$/),
    target: service.target,
    runbook: 'container-down',
    rung: 'restart',
    diagnosis: { causes: [] },
    actions: [{ kind: 'restart' }],
    verdicts: expect.arrayContaining([expect.objectContaining({ guard: 'budget' })]),
  })
  expect(JSON.parse(unrouted.stdout)).toMatchObject({ decision: 'no-route', target: null, actions: [] })
  for (const { stdout, stderr } of [missing, gone]) {
    expect(stdout).toBe('')
    expect(stderr).not.toBe('')
  }
}

/** Measured, not asserted. */
function tellTimes(version: string, { incident, faultAt }: { incident: SeenIncident; faultAt: number }): void {
  const { reservedAt, actedAt, settledAt } = incident.history[0] ?? {}
  const since = (text: string | null | undefined) => `${((Date.parse(text ?? '') - faultAt) / 1000).toFixed(1)} s`
  console.log(`${version}: fault to attempt ${since(reservedAt)}, acted ${since(actedAt)}, proven ${since(settledAt)}`)
}
