import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { alertsOf, postToAlertmanager, routing } from '../support/e2e/alertmanager-stand.ts'
import type { SeenIncident } from '../support/e2e/api.ts'
import { runSelfheal } from '../support/e2e/node-program.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, startService } from '../support/e2e/services.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { freePort } from '../support/real/free-port.ts'
import { ownFolder } from '../support/real/own-folder.ts'
import { startWebhook } from '../support/real/webhook.ts'

const isSettled = ({ state }: SeenIncident) => ['ended', 'escalated'].includes(state)

describe.concurrent('author code', { timeout: 120_000 }, () => {
  const broken = {
    'that throws': runbookText({ name: 'throws', symptom: 'throws', plan: "() => { throw new Error('no idea') }" }),
    'that never returns': runbookText({ name: 'hangs', symptom: 'hangs', plan: '() => { for (;;); }' }),
    'that answers what is no action': runbookText({
      name: 'lies',
      symptom: 'lies',
      plan: "() => [{ kind: 'exec', command: 'rm -rf /' }]",
    }),
  }

  test('that throws, hangs or lies is escalated as broken, and the other runbooks go on healing', async () => {
    await using webhook = await startWebhook()
    await using selfheal = await startSelfheal({
      files: {
        'runbooks/quick.ts': runbookText(),
        'runbooks/throws.ts': broken['that throws'],
        'runbooks/hangs.ts': broken['that never returns'],
        'runbooks/lies.ts': broken['that answers what is no action'],
        'runbooks/half.ts': 'export default defineRunbook({ name: ',
      },
      config: {
        ...quickConfig(engineHost()),
        escalation: { webhooks: [{ name: 'pager', url: webhook.url }] },
      },
    })
    const { body } = await selfheal.get('/api/v1/runbooks')
    expect(body).toMatchObject({ broken: [{ file: expect.stringMatching(/half\.ts$/) }] })
    const symptoms = ['hangs', 'throws', 'lies', 'down']
    const services = await Promise.all(symptoms.map((symptom) => crashed(symptom)))
    try {
      for (const { service, labels } of services)
        expect((await selfheal.post({ labels })).status, service.service).toBe(202)
      const settled = await Promise.all(services.map(({ service }) => selfheal.until(service.target, isSettled)))
      expect(settled.map(({ state, reason, outcome, attempts }) => ({ state, reason, outcome, attempts }))).toEqual([
        { state: 'escalated', reason: 'runbook-broken', outcome: null, attempts: 0 },
        { state: 'escalated', reason: 'runbook-broken', outcome: null, attempts: 0 },
        { state: 'escalated', reason: 'runbook-broken', outcome: null, attempts: 0 },
        { state: 'ended', reason: null, outcome: 'recovered', attempts: 1 },
      ])
      expect(services.map(({ service }) => service.starts())).toEqual([1, 1, 1, 2])
      await eventually('three escalations', () => webhook.received.length === 3)
    } finally {
      for (const { service } of services) await service[Symbol.asyncDispose]()
    }
  })

  async function crashed(symptom: string) {
    const service = await startService()
    await service.signalFromHost('SIGKILL')
    await service.gone()
    return { service, labels: { ...service.down, symptom } }
  }
})

describe.concurrent('hostile labels', { timeout: 120_000 }, () => {
  test('pass through the whole chain as text: nothing is executed, and no line, terminal or page is deceived', async () => {
    await using people = await startWebhook()
    await using webhook = await startWebhook()
    const trap = join(await ownFolder('trap'), 'sprung')
    // Below the length at which a label of an escalation is cut.
    const hostile = `$(touch ${trap})\`touch ${trap}\`;\n{"msg":"forged"}\u001b[2J\u0007\u202e"'<script>`
    expect(hostile.length).toBeLessThan(200)
    const port = await freePort()
    await using alertmanager = await startAlertmanager({
      version: 'newest',
      config: routing({ selfhealPort: port, people: people.url }),
    })
    await using selfheal = await startSelfheal({
      port,
      files: { 'runbooks/quick.ts': runbookText() },
      config: {
        ...quickConfig(engineHost()),
        alertmanagers: [{ url: alertmanager.url }],
        escalation: { webhooks: [{ name: 'pager', url: webhook.url }] },
      },
    })
    await using service = await startService({ script: endsAtOnce })
    await service.gone()
    const evil = { team: hostile, alertname: hostile, job: hostile, password: 'hunter2-hunter2' }
    await postToAlertmanager(alertmanager.url, {
      labels: { ...service.down, ...evil },
      annotations: { summary: hostile },
    })
    await postToAlertmanager(alertmanager.url, { labels: { symptom: 'down', service: hostile, alertname: 'A' } })
    await postToAlertmanager(alertmanager.url, {
      labels: { symptom: 'down', selfheal_target: hostile, alertname: 'B' },
    })

    const incident = await selfheal.until(service.target, ({ state }) => state === 'escalated')
    const [alert] = await eventually('the escalation', async () => {
      const seen = await alertsOf(alertmanager.url, 'filter=selfheal_origin%3D%22escalation%22')
      return seen.length > 0 && seen
    })
    expect(alert?.labels).toMatchObject({ team: hostile, selfheal_target: service.target })
    expect(await eventually('the webhook', () => webhook.received[0])).toMatchObject({ labels: { team: hostile } })
    const recorded = await eventually('both refusals', async () => {
      const refused = (await selfheal.alerts()).filter(({ reason }) => reason === 'no-target')
      return refused.length === 2 && refused
    })
    expect(recorded.map(({ labels }) => labels.service ?? labels.selfheal_target)).toEqual([hostile, hostile])

    const lines = selfheal.lines()
    expect(lines.filter(({ msg }) => msg === 'forged' || msg === 'not JSON')).toEqual([])
    expect(JSON.stringify(lines)).not.toContain('hunter2')
    const shown = await runSelfheal(['incidents', 'show', String(incident.id), '--url', selfheal.url])
    expect(shown.code).toBe(0)
    expect(shown.stdout).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
    expect(shown.stdout.split('\n').filter((line) => line.startsWith('{'))).toEqual([])
    const page = await fetch(`${selfheal.url}/api/v1/incidents/${incident.id}`)
    expect(page.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await page.text()).not.toContain('<script>')
    const metrics = await (await fetch(`${selfheal.url}/metrics`)).text()
    expect(metrics).not.toContain('touch')
    expect(existsSync(trap)).toBe(false)
  })

  test('in a body that is none are kept as a dead letter, and answered 400', async () => {
    await using selfheal = await startSelfheal({
      files: { 'runbooks/quick.ts': runbookText() },
      config: quickConfig(engineHost()),
    })
    const post = (body: string) =>
      fetch(`${selfheal.url}/api/v1/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const bodies = ['', 'null', '[]', '{"version":"4"', '{"version":"3","alerts":[]}', '"\\u0000"']
    for (const body of [...bodies, ...bodies]) expect((await post(body)).status, body).toBe(400)
    const { body } = await selfheal.get('/api/v1/deadletters')
    const { deadletters }: { deadletters: { count: number }[] } = JSON.parse(JSON.stringify(body))
    expect(deadletters.map(({ count }) => count)).toEqual(bodies.map(() => 2))
    const mixed = { version: '4', alerts: [{ labels: 'none' }, 7, { labels: { alertname: 'A' }, status: 'firing' }] }
    expect((await post(JSON.stringify(mixed))).status).toBe(202)
    await eventually('the usable alert', async () => (await selfheal.alerts())[0]?.reason === 'no-route')
    expect(await selfheal.metric('selfheal_alerts_total{status="invalid"}')).toBe(2)
  })
})
