/** What must come of the notifications that real Alertmanagers posted: see test/fixtures/alertmanager/README.md. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { computeFingerprint } from '../../../src/alert/fingerprint.ts'
import type { Notification } from '../../../src/alert/notification.ts'
import { createFixture } from './fixture.ts'

const folder = join(import.meta.dirname, '../../fixtures/alertmanager')
const recordings = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .sort()

const one = { status: 'firing', truncatedAlerts: 0, alerts: ['firing'], receiver: 'selfheal' }

/** By the name of the file; a recording that is not here fails. */
const wanted: Readonly<Record<string, object>> = {
  'first.json': one,
  'repeat.json': one,
  'resolved.json': { ...one, status: 'resolved', alerts: ['resolved'] },
  'quoted-receiver.json': { ...one, receiver: 'web\\.hook \\(eu\\)\\+1' },
  'new-alert.json': { ...one, receiver: 'web\\.hook \\(eu\\)\\+1', alerts: ['firing', 'firing'] },
  'mixed.json': { ...one, receiver: 'web\\.hook \\(eu\\)\\+1', alerts: ['resolved', 'firing'] },
  'truncated.json': { ...one, receiver: 'short', truncatedAlerts: 1 },
  'truncated-resolved.json': {
    ...one,
    ...{ receiver: 'short', status: 'resolved', truncatedAlerts: 1, alerts: ['resolved'] },
  },
  'no-alertname.json': { ...one, receiver: 'nameless' },
  'utf8.json': { ...one, receiver: 'größe' },
  'route-labels.json': one,
}

const outline = ({ status, truncatedAlerts, alerts, receiver }: Notification) => ({
  ...{ status, truncatedAlerts, receiver },
  alerts: alerts.map((alert) => alert.status),
})

const post = async (name: string) => {
  const fixture = createFixture()
  const body = readFileSync(join(folder, name))
  const answer = await request(fixture.app)
    .post('/api/v1/alerts')
    .set('Content-Type', 'application/json')
    .send(body.toString())
  return { ...fixture, answer, body }
}

describe('the recorded notification', () => {
  const notifications = recordings.filter((name) => !name.endsWith('custom-payload.json'))

  it('is one of several versions', () => {
    expect(new Set(recordings.map((name) => name.split('/')[0])).size).toBeGreaterThanOrEqual(3)
    expect(notifications.length).toBeGreaterThanOrEqual(18)
  })

  it.each(notifications)('%s is accepted, kept as it came, and read in full', async (name) => {
    const { answer, body, receipts, store, letters } = await post(name)
    expect(answer.status).toBe(202)
    expect(store.ledger.pendingNotifications(1)[0]?.body.equals(body)).toBe(true)
    expect(letters).toEqual([])
    const [receipt] = receipts
    if (receipt === undefined) throw new Error('nothing was announced')
    const { notification } = receipt
    expect(outline(notification)).toEqual(wanted[name.slice(name.indexOf('/') + 1)])
    expect(notification.unusable).toEqual([])
    for (const { labels, fingerprint, startsAt, endsAt, status, annotations } of notification.alerts) {
      expect(computeFingerprint(labels)).toBe(fingerprint)
      expect(new Date(startsAt).toISOString()).toBe('2024-03-01T10:00:00.123Z')
      expect(endsAt).toBe(status === 'firing' ? null : Date.parse('2024-03-01T10:07:30Z'))
      expect(annotations.summary).toBe('<b>"web"</b> & more')
    }
  })

  it('has label names in any script', async () => {
    const { receipts } = await post('0.33.1/utf8.json')
    expect(receipts[0]?.notification.alerts[0]?.labels).toMatchObject({
      'größe.日本': '😀',
      'has space "and quote"': 'a\nb',
    })
  })

  it('may have no alertname', async () => {
    const { receipts } = await post('0.25.0/no-alertname.json')
    expect(receipts[0]?.notification.alerts[0]?.labels).not.toHaveProperty('alertname')
  })
})

describe('a custom payload', () => {
  it('is refused, and is one dead letter that says what it looks like and what to change', async () => {
    const { app, answer, body, store } = await post('0.33.1/custom-payload.json')
    expect(answer.status).toBe(400)
    expect(answer.body.error).toEqual({
      code: 'invalid-notification',
      message: expect.stringMatching(/the fields channel, text and no version.*custom "payload", take that out/),
    })
    await request(app).post('/api/v1/alerts').set('Content-Type', 'application/json').send(body.toString()).expect(400)
    const { deadletters } = (await request(app).get('/api/v1/deadletters')).body
    expect(deadletters).toMatchObject([{ count: 2, detail: answer.body.error.message, bodyBytes: body.length }])
    expect(store.ledger.pendingNotifications(1)).toEqual([])
  })
})
