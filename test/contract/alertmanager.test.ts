import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { computeFingerprint } from '../../src/alert/fingerprint.ts'
import { readNotification } from '../../src/alert/notification.ts'
import { createAlertmanager } from '../../src/alertmanager/client.ts'
import { createAlertmanagerReceiver } from '../../src/escalation/alertmanager-receiver.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { EscalationMessage } from '../../src/remediation/ports.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { eventually } from '../support/real/eventually.ts'
import type { StartedServer } from '../support/real/prometheus.ts'
import { startWebhook, type Webhook } from '../support/real/webhook.ts'

const ages = ['oldest', 'newest'] as const
const signal = new AbortController().signal

describe.each(ages)('the %s Alertmanager', (version) => {
  let webhook: Webhook
  let server: StartedServer

  beforeAll(async () => {
    webhook = await startWebhook()
    server = await startAlertmanager({
      version,
      config: {
        route: {
          receiver: 'web.hook',
          group_by: ['...'],
          group_wait: '0s',
          group_interval: '1s',
          repeat_interval: '1h',
        },
        receivers: [{ name: 'web.hook', webhook_configs: [{ url: webhook.url, send_resolved: true }] }],
        inhibit_rules: [{ source_matchers: ['role="cause"'], target_matchers: ['role="effect"'] }],
      },
    })
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
    await webhook[Symbol.asyncDispose]()
  })

  const alertmanager = () => createAlertmanager({ url: server.url, credentials: { kind: 'none' }, timeoutMs: 5000 })
  const known = (alertname: string) =>
    eventually(alertname, async () =>
      (await alertmanager().list(signal)).find((alert) => alert.labels.alertname === alertname),
    )
  const posted = async (labels: Record<string, string>) => {
    const startsAt = Date.now() - 1000
    await alertmanager().post(
      [{ labels, annotations: { summary: 'x' }, startsAt, endsAt: Date.now() + 600_000 }],
      signal,
    )
    return startsAt
  }
  const notified = (alertname: string, status: string) =>
    eventually(`${alertname} ${status}`, () =>
      webhook.received
        .map((body) => readNotification(Buffer.from(JSON.stringify(body)), Date.now()))
        .flatMap((reading) => (reading.ok ? [reading.notification] : []))
        .find(
          (notification) => notification.status === status && notification.alerts[0]?.labels.alertname === alertname,
        ),
    )

  test('takes our alerts and lists them as we posted them', async () => {
    const startsAt = await posted({ alertname: 'Listed', team: 'größe' })
    expect(await known('Listed')).toMatchObject({
      labels: { alertname: 'Listed', team: 'größe' },
      annotations: { summary: 'x' },
      startsAt,
      silencedBy: [],
      inhibitedBy: [],
    })
    await eventually('active', async () => (await known('Listed')).state === 'active')
  })

  test('names the receivers of an alert as its configuration does', async () => {
    await posted({ alertname: 'Routed' })
    expect((await known('Routed')).receivers).toEqual(['web.hook'])
  })

  test('says whether it mutes routes by the time of day', async () => {
    expect(await alertmanager().mutesByTime(signal)).toBe(false)
    await using muting = await startAlertmanager({
      version,
      config: {
        route: { receiver: 'none', routes: [{ receiver: 'none', mute_time_intervals: ['nights'] }] },
        receivers: [{ name: 'none' }],
        time_intervals: [{ name: 'nights', time_intervals: [{ times: [{ start_time: '22:00', end_time: '24:00' }] }] }],
      },
    })
    const other = createAlertmanager({ url: muting.url, credentials: { kind: 'none' }, timeoutMs: 5000 })
    expect(await other.mutesByTime(signal)).toBe(true)
  })

  test('identifies an alert as we do', async () => {
    for (const labels of [
      { alertname: 'One' },
      { alertname: 'Two', service: 'web', team: 'größe', empty_is_dropped: 'x' },
      { zeta: '1', alertname: 'Three', Alpha: '2', _x: '😀' },
    ]) {
      await posted(labels)
      expect((await known(labels.alertname)).fingerprint).toBe(computeFingerprint(labels))
    }
  })

  test('posts notifications that we read, with the same fingerprint', async () => {
    const startsAt = await posted({ alertname: 'Notified' })
    const { receiver, groupKey, truncatedAlerts, alerts, unusable } = await notified('Notified', 'firing')
    expect({ receiver, truncatedAlerts, unusable }).toEqual({
      receiver: 'web\\.hook',
      truncatedAlerts: 0,
      unusable: [],
    })
    expect(groupKey).toContain('Notified')
    expect(alerts).toEqual([
      {
        status: 'firing',
        fingerprint: computeFingerprint({ alertname: 'Notified' }),
        labels: { alertname: 'Notified' },
        annotations: { summary: 'x' },
        startsAt,
        endsAt: null,
      },
    ])
  })

  test('says which alerts are silenced and inhibited', async () => {
    await posted({ alertname: 'Cause', role: 'cause' })
    await posted({ alertname: 'Effect', role: 'effect' })
    const inhibited = await eventually('inhibited', async () => {
      const effect = await known('Effect')
      return effect.state === 'suppressed' && effect
    })
    expect(inhibited.inhibitedBy).toEqual([(await known('Cause')).fingerprint])
    await fetch(`${server.url}/api/v2/silences`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: 'Quiet', isRegex: false, isEqual: true }],
        startsAt: new Date(Date.now() - 1000).toISOString(),
        endsAt: new Date(Date.now() + 600_000).toISOString(),
        createdBy: 'test',
        comment: 'test',
      }),
    })
    await posted({ alertname: 'Quiet' })
    const silenced = await eventually('silenced', async () => {
      const quiet = await known('Quiet')
      return quiet.state === 'suppressed' && quiet
    })
    expect(silenced.silencedBy).toHaveLength(1)
  })

  test('carries an escalation from its first delivery to its end', async () => {
    const receiver = createAlertmanagerReceiver([alertmanager()], systemClock)
    const message: EscalationMessage = {
      incident: 1,
      status: 'firing',
      startsAt: Date.now(),
      labels: { alertname: 'SelfhealEscalation', selfheal_origin: 'escalation', selfheal_target: 'local/shop/web' },
      annotations: { summary: 'web still fails' },
    }
    await receiver.deliver(message, signal)
    const { alerts } = await notified('SelfhealEscalation', 'firing')
    expect(alerts[0]).toMatchObject({ annotations: { summary: 'web still fails' }, startsAt: message.startsAt })
    expect((await known('SelfhealEscalation')).endsAt).toBeGreaterThan(Date.now() + 11 * 60 * 60 * 1000)
    await receiver.deliver(message, signal)
    await receiver.deliver({ ...message, status: 'resolved' }, signal)
    expect((await notified('SelfhealEscalation', 'resolved')).alerts[0]?.endsAt).toBeGreaterThanOrEqual(
      message.startsAt,
    )
  })

  test('says why it refuses an alert', async () => {
    const nameless = { labels: {}, annotations: {}, startsAt: Date.now(), endsAt: Date.now() + 1000 }
    await expect(alertmanager().post([nameless], signal)).rejects.toMatchObject({
      system: 'alertmanager',
      code: 'refused',
      retriable: false,
      message: expect.stringContaining('400'),
    })
  })

  test('is there, and is not where nobody listens', async () => {
    await alertmanager().ping(signal)
    const nowhere = createAlertmanager({ url: 'http://127.0.0.1:1', credentials: { kind: 'none' }, timeoutMs: 5000 })
    await expect(nowhere.ping(signal)).rejects.toMatchObject({ code: 'unreachable', retriable: true })
  })
})
