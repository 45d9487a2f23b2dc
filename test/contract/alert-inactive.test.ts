import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { computeFingerprint } from '../../src/alert/fingerprint.ts'
import { createAlertmanager } from '../../src/alertmanager/client.ts'
import { createHeldAlerts } from '../../src/alertmanager/held-alerts.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { evaluateAlertInactive } from '../../src/remediation/checks/alert-inactive.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { eventually } from '../support/real/eventually.ts'
import type { StartedServer } from '../support/real/prometheus.ts'

const { signal } = new AbortController()
const labels = { alertname: 'ErrorSpike', service: 'web' }
const config = { route: { receiver: 'nobody', group_wait: '0s' }, receivers: [{ name: 'nobody' }] }

describe.each(['oldest', 'newest'] as const)('alertInactive() on the %s Alertmanager', (version) => {
  let server: StartedServer
  beforeAll(async () => {
    server = await startAlertmanager({ version, config })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const alertmanager = () => createAlertmanager({ url: server.url, credentials: { kind: 'none' }, timeoutMs: 5000 })
  const post = (endsAt: number) =>
    alertmanager().post([{ labels, annotations: {}, startsAt: Date.now() - 60_000, endsAt }], signal)
  const ask = (actedAt: number | null, isClosed = false) => {
    const ledger = {
      activeIncident: () => ({ id: 1 }),
      episodesOf: () => [{ fingerprint: computeFingerprint(labels), state: isClosed ? 'resolved' : 'firing' } as const],
    }
    const deps = { alerts: createHeldAlerts([alertmanager()]), clock: systemClock, ledger }
    const question = { lineage: 'local/shop/web', actedAt, isOfNow: isClosed, quietSince: null }
    return evaluateAlertInactive(deps, question, signal)
  }

  test('tells an alert that was sent since the act from one that was sent before, and both from one that ended', async () => {
    expect(await ask(null)).toMatchObject({ result: 'unknown', quietSince: expect.any(Number) })
    await post(Date.now() + 600_000)
    await eventually('the alert is listed', async () => (await ask(null)).result === 'not_recovered')
    const actedAt = Date.now() + 1
    expect(await ask(actedAt)).toMatchObject({ result: 'unknown', detail: 'ErrorSpike was last sent before the act' })
    await eventually('the alert is sent again', async () => {
      await post(Date.now() + 600_000)
      return (await ask(actedAt)).result === 'not_recovered'
    })
    await post(Date.now())
    await eventually('the alert is gone', async () => (await ask(actedAt, true)).result === 'recovered')
  })

  test('counts a silenced alert', async () => {
    await post(Date.now() + 600_000)
    const now = Date.now()
    const silence = await fetch(`${server.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: 'ErrorSpike', isRegex: false, isEqual: true }],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 600_000).toISOString(),
        createdBy: 'test',
        comment: 'test',
      }),
    })
    expect(silence.status).toBe(200)
    await eventually('the alert is suppressed', async () => {
      const { result, detail } = await ask(null)
      return result === 'not_recovered' && detail.includes('suppressed')
    })
  })
})
