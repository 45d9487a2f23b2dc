import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { alertsOf, postToAlertmanager, routing } from '../support/e2e/alertmanager-stand.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, startService, webServer } from '../support/e2e/services.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { freePort } from '../support/real/free-port.ts'
import { ownFolder } from '../support/real/own-folder.ts'
import { startWebhook } from '../support/real/webhook.ts'

const files = { 'runbooks/quick.ts': runbookText() }
const onlyEscalations = 'filter=selfheal_origin%3D%22escalation%22'

/** What a selfheal on these addresses is told. */
const configFor = (alertmanager: string, webhook: string) => ({
  ...quickConfig(engineHost()),
  alertmanagers: [{ url: alertmanager }],
  escalation: { webhooks: [{ name: 'pager', url: webhook }] },
})

describe.concurrent('what does not heal', { timeout: 120_000 }, () => {
  test('is escalated through Alertmanager and the webhook, is not tried again, and ends when it is well', async () => {
    await using people = await startWebhook()
    await using webhook = await startWebhook()
    const port = await freePort()
    await using alertmanager = await startAlertmanager({
      version: 'newest',
      config: routing({ selfhealPort: port, people: people.url }),
    })
    await using selfheal = await startSelfheal({ port, files, config: configFor(alertmanager.url, webhook.url) })
    const repair = await ownFolder('repair')
    await using service = await startService({
      script: `[ -e /repair/done ] || exit 3; ${webServer}`,
      hostConfig: { Binds: [`${repair}:/repair:ro`] },
    })
    await service.gone()
    const cause = {
      labels: { ...service.down, team: 'shop', environment: 'test', instance: '10.0.0.1:80', job: 'services' },
      annotations: { summary: `${service.service} is down` },
    }
    await postToAlertmanager(alertmanager.url, cause)

    const escalated = await selfheal.until(service.target, ({ state }) => state === 'escalated')
    expect(escalated).toMatchObject({ reason: 'ladder-exhausted', outcome: null, attempts: 2 })
    expect(escalated.history.map(({ rung, state, proof }) => ({ rung, state, proof }))).toEqual([
      { rung: 0, state: expect.any(String), proof: 'not_recovered' },
      { rung: 1, state: expect.any(String), proof: 'not_recovered' },
    ])

    // The alert that people's own routes, silences and pagers see.
    const [alert, ...others] = await eventually('the escalation in Alertmanager', async () => {
      const seen = await alertsOf(alertmanager.url, onlyEscalations)
      return seen.length > 0 && seen
    })
    expect(others).toEqual([])
    expect(alert?.labels).toEqual({
      alertname: 'SelfhealEscalation',
      severity: 'critical',
      selfheal_origin: 'escalation',
      selfheal_target: service.target,
      selfheal_runbook: 'quick',
      selfheal_stage: 'ladder-exhausted',
      team: 'shop',
      environment: 'test',
    })
    expect(alert?.status.state).toBe('active')
    expect(Date.parse(alert?.endsAt ?? '') - Date.now()).toBeGreaterThan(11 * 3_600_000)

    // Complete at the first post, by both ways: what was seen, tried and proven.
    const page = await eventually('the first page', () => people.received.find(isEscalation))
    const note = await eventually('the webhook', () => webhook.received[0])
    expect(page).toMatchObject({ status: 'firing', alerts: [{ annotations: alert?.annotations }] })
    expect(note).toMatchObject({ event: 'escalated', labels: alert?.labels, annotations: alert?.annotations })
    expect(alert?.annotations).toMatchObject({
      summary: `${service.target} does not stay up`,
      incident: String(escalated.id),
      reason: 'ladder-exhausted',
    })
    for (const part of ['Seen:', 'exit code 3', 'Tried:', 'rung "start"', 'rung "restart"', 'Proven:', 'not recovered'])
      expect(alert?.annotations.description).toContain(part)

    // Alertmanager repeats both alerts to selfheal, which leaves the service alone and routes no alert of its own.
    const before = { startedAt: await service.startedAt(), starts: service.starts() }
    expect(before.starts).toBe(3)
    const accepted = 'selfheal_notifications_received_total{result="accepted"}'
    const soFar = (await selfheal.metric(accepted)) ?? 0
    await eventually('three more notifications', async () => ((await selfheal.metric(accepted)) ?? 0) >= soFar + 3)
    const own = (await selfheal.alerts()).find(({ labels }) => labels.selfheal_origin === 'escalation')
    expect(own).toMatchObject({ incident: null, reason: 'own-alert' })
    expect({ startedAt: await service.startedAt(), starts: service.starts() }).toEqual(before)
    expect((await selfheal.incidents()).map(({ state, attempts }) => ({ state, attempts }))).toEqual([
      { state: 'escalated', attempts: 2 },
    ])
    expect(await selfheal.metric('selfheal_escalations_total{reason="ladder-exhausted"}')).toBe(1)
    expect(await selfheal.metric('selfheal_attempts_total{action="start"}')).toBe(1)
    expect(await selfheal.metric('selfheal_attempts_total{action="restart"}')).toBe(1)

    // One id on every line, from the webhook to the word to people.
    const told = selfheal.lines().filter((line) => line.incident === escalated.id)
    expect(told.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['escalated', 'escalation delivered']))
    expect(told.filter(({ notification }) => notification !== escalated.notification)).toEqual([])

    // A person repairs it, and the alert goes.
    await writeFile(join(repair, 'done'), '')
    await service.container.start()
    await eventually('the page', async () => (await fetch(`http://${await service.address()}/`)).ok)
    await postToAlertmanager(alertmanager.url, { ...cause, endsAt: new Date() })
    const ended = await selfheal.until(service.target, ({ state }) => state === 'ended')
    expect(ended).toMatchObject({ outcome: 'resolved', attempts: 2 })
    const isOver = async () => (await alertsOf(alertmanager.url, onlyEscalations)).length === 0
    await eventually('the end of the escalation', isOver)
    await eventually('the word to the webhook', () => webhook.received.length === 2)
    expect(webhook.received[1]).toMatchObject({ event: 'resolved', labels: alert?.labels })
  })

  test('is told through the webhook at once while Alertmanager is down, and through it when it is back', async () => {
    await using people = await startWebhook()
    await using webhook = await startWebhook()
    const [port, alertmanagerPort] = [await freePort(), await freePort()]
    const config = configFor(`http://127.0.0.1:${alertmanagerPort}`, webhook.url)
    await using selfheal = await startSelfheal({ port, files, config })
    await using service = await startService({ script: endsAtOnce })
    await service.gone()
    await selfheal.post({ labels: service.down })

    const note = await eventually('the webhook', () => webhook.received[0], { timeoutMs: 30_000 })
    expect(note).toMatchObject({ event: 'escalated', labels: { selfheal_target: service.target } })
    const undelivered = () => selfheal.metric('selfheal_escalations_undelivered')
    await eventually('one undelivered', async () => (await undelivered()) === 1)
    expect((await selfheal.get('/api/v1/status')).body).toMatchObject({ alertmanager: ['down'] })
    await eventually('a failed try', async () => {
      const { timeline } = (await selfheal.incident(service.target)) ?? { timeline: [] }
      return timeline.some(({ kind, data }) => kind === 'escalation-failed' && 'receiver' in data)
    })

    await using alertmanager = await startAlertmanager({
      version: 'oldest',
      port: alertmanagerPort,
      config: routing({ selfhealPort: port, people: people.url }),
    })
    await eventually('nothing undelivered', async () => (await undelivered()) === 0, { timeoutMs: 40_000 })
    const active = await alertsOf(alertmanager.url, onlyEscalations)
    expect(active.map(({ labels }) => labels.selfheal_target)).toEqual([service.target])
    await eventually('the page', () => people.received.find(isEscalation))
    expect(webhook.received).toHaveLength(1)
    expect(service.starts()).toBe(3)
  })
})

function isEscalation(body: unknown): boolean {
  return JSON.stringify(body).includes('"selfheal_origin":"escalation"')
}
