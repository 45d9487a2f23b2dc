import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeFingerprint } from '../../../src/alert/fingerprint.ts'
import { readNotification } from '../../../src/alert/notification.ts'

const receivedAt = Date.UTC(2026, 0, 2, 3, 4, 5)

const alert = {
  status: 'firing',
  labels: { alertname: 'ContainerDown', service: 'web' },
  annotations: { summary: 'web is down' },
  startsAt: '2026-01-02T03:04:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: '0123456789abcdef',
}
const body = {
  receiver: 'web\\.hook',
  status: 'firing',
  alerts: [alert],
  groupLabels: {},
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://alertmanager',
  version: '4',
  groupKey: '{}:{alertname="ContainerDown"}',
  truncatedAlerts: 0,
}

const read = (value: unknown) => readNotification(Buffer.from(JSON.stringify(value)), receivedAt)
const notificationOf = (value: unknown) => {
  const reading = read(value)
  if (!reading.ok) throw new Error(reading.reason)
  return reading.notification
}
const alertOf = (change: object) => {
  const { alerts, unusable } = notificationOf({ ...body, alerts: [{ ...alert, ...change }] })
  return alerts[0] ?? unusable[0]
}

describe('a notification', () => {
  it('is read as Alertmanager sends it', () => {
    expect(notificationOf(body)).toEqual({
      receiver: 'web\\.hook',
      groupKey: '{}:{alertname="ContainerDown"}',
      groupLabels: {},
      status: 'firing',
      truncatedAlerts: 0,
      alerts: [
        {
          status: 'firing',
          fingerprint: '0123456789abcdef',
          labels: { alertname: 'ContainerDown', service: 'web' },
          annotations: { summary: 'web is down' },
          startsAt: Date.UTC(2026, 0, 2, 3, 4, 0, 123),
          endsAt: null,
        },
      ],
      unusable: [],
      moreUnusable: 0,
    })
  })

  it('may hold fields that are not known, and leave out those that older senders leave out', () => {
    expect(read({ ...body, notification_reason: 'first notification', routeLabels: { a: 'b' } }).ok).toBe(true)
    expect(notificationOf({ version: '4', alerts: [{ labels: { a: 'b' } }] })).toMatchObject({
      receiver: '',
      groupKey: '',
      groupLabels: {},
      status: 'firing',
      truncatedAlerts: 0,
      alerts: [{ status: 'firing', annotations: {}, startsAt: receivedAt, endsAt: null }],
    })
  })

  it.each([
    ['nothing', '', 'empty'],
    ['text', 'hello', 'not JSON'],
    ['a list', '[]', 'object'],
    ['null', 'null', 'object'],
    ['another version', '{"version":"3","alerts":[]}', 'version'],
    ['no version', '{"alerts":[]}', 'version'],
    ['no alerts', '{"version":"4"}', 'alerts'],
    ['alerts that are no list', '{"version":"4","alerts":{}}', 'alerts'],
    ['an unknown status', '{"version":"4","alerts":[],"status":"odd"}', 'status'],
  ])('%s is none', (_, text, reason) => {
    const reading = readNotification(Buffer.from(text), receivedAt)
    expect(reading).toMatchObject({ ok: false, reason: expect.stringContaining(reason) })
  })

  it('whose group has labels that are no texts is none, also where a name has a line break in it', () => {
    expect(read({ ...body, groupLabels: { 'a\nb': {} } })).toMatchObject({ ok: false })
  })

  it('that is not UTF-8 is none', () => {
    expect(readNotification(Buffer.from([0x7b, 0xff, 0x7d]), receivedAt)).toMatchObject({ ok: false })
  })

  it('whose alerts are partly unusable keeps the others', () => {
    const odd = [
      1,
      {},
      { ...alert, labels: { a: 1 } },
      { ...alert, startsAt: 'yesterday' },
      alert,
      { ...alert, endsAt: 7 },
      { ...alert, labels: { 'a\nb': 1 } },
      { ...alert, annotations: { '\u2028': null } },
    ]
    const { alerts, unusable } = notificationOf({ ...body, alerts: odd })
    expect(alerts).toHaveLength(1)
    expect(unusable.map(({ index }) => index)).toEqual([0, 1, 2, 3, 5, 6, 7])
    expect(unusable[1]?.found).toBe('neither fingerprint nor labels')
    expect(unusable[2]?.found).toBe('labels/a must be string')
    expect(unusable[5]?.found).toBe('labels/a b must be string')
  })

  it('shows the beginning of each alert that cannot be used, as it was posted', () => {
    const { unusable } = notificationOf({
      ...body,
      alerts: [null, { ...alert, labels: { a: 'x'.repeat(10_000), b: 1 } }],
    })
    expect(unusable[0]?.text).toBe('null')
    expect(unusable[1]?.text).toHaveLength(4096 + '...'.length)
    expect(unusable[1]?.text).toContain('xxx')
  })

  it('describes a hundred alerts that cannot be used, and counts the others', () => {
    const alerts = [...Array.from({ length: 250 }, (_, index) => ({ labels: index })), alert]
    const { alerts: usable, unusable, moreUnusable } = notificationOf({ ...body, alerts })
    expect(usable).toHaveLength(1)
    expect(unusable.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(moreUnusable).toBe(150)
  })

  it('is read once for all of it: a byte order mark and deep nesting lose nothing', () => {
    const deep = `{"labels":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const text = `\ufeff{"version":"4","alerts":[${deep},${JSON.stringify(alert)}]}`
    const reading = readNotification(Buffer.from(text), receivedAt)
    expect(reading).toMatchObject({
      ok: true,
      notification: { alerts: [{}], unusable: [{ index: 0, text: expect.stringMatching(/^\{"labels":\[\[/) }] },
    })
  })

  it('never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.json(), fc.array(fc.jsonValue()), (text, alerts) => {
        readNotification(Buffer.from(text), receivedAt)
        const { alerts: usable, unusable } = notificationOf({ version: '4', alerts })
        expect(usable.length + unusable.length).toBe(alerts.length)
      }),
    )
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(fc.string(), fc.jsonValue()))),
        (sets) => {
          const { alerts: usable, unusable } = notificationOf({
            version: '4',
            alerts: sets.map((labels) => ({ labels })),
          })
          expect(usable.length + unusable.length).toBe(sets.length)
        },
      ),
    )
  })
})

describe('an alert', () => {
  it.each([
    ['0001-01-01T00:00:00Z', null],
    ['', null],
    ['2026-01-02T03:04:05Z', null],
  ])('that fires has no end, whatever %j says', (endsAt, expected) => {
    expect(alertOf({ endsAt })).toMatchObject({ status: 'firing', endsAt: expected })
  })

  it.each([
    ['2026-01-02T05:04:05.5+02:00', Date.UTC(2026, 0, 2, 3, 4, 5, 500)],
    ['2026-01-01T22:04:05-05:00', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2024-02-29t00:00:00.999999999z', Date.UTC(2024, 1, 29, 0, 0, 0, 999)],
  ])('ended at %s', (endsAt, at) => {
    expect(alertOf({ status: 'resolved', endsAt })).toMatchObject({ status: 'resolved', endsAt: at })
  })

  it.each(['2026-02-29T00:00:00Z', '2026-01-02T24:00:00Z', '2026-01-02T03:04:60Z', '2026-01-02', '1767323045'])(
    'with the date %s is unusable',
    (startsAt) => {
      expect(alertOf({ startsAt })).toMatchObject({ found: expect.stringContaining('startsAt') })
    },
  )

  it('without a status is resolved when it has ended', () => {
    expect(alertOf({ status: undefined, endsAt: '2026-01-02T03:04:04Z' })).toMatchObject({ status: 'resolved' })
    expect(alertOf({ status: undefined, endsAt: '2026-01-02T03:04:06Z' })).toMatchObject({ status: 'firing' })
  })

  it('without a fingerprint gets the one that its labels have', () => {
    const labels = { alertname: 'ContainerDown' }
    expect(alertOf({ labels, fingerprint: undefined })).toMatchObject({ fingerprint: computeFingerprint(labels) })
  })

  it('may have labels that are named like parts of objects', () => {
    const text = '{"version":"4","alerts":[{"labels":{"__proto__":"p","constructor":"c","a":"\\ud800"}}]}'
    const reading = readNotification(Buffer.from(text), receivedAt)
    const labels = reading.ok ? reading.notification.alerts[0]?.labels : undefined
    expect(Object.keys(labels ?? {})).toEqual(['__proto__', 'constructor', 'a'])
    expect(labels?.toString).toBeUndefined()
    expect(JSON.stringify(labels)).toBe('{"__proto__":"p","constructor":"c","a":"\ufffd"}')
  })
})

describe('the fingerprint', () => {
  it('of no labels is the offset of FNV-1a', () => {
    expect(computeFingerprint({})).toBe('cbf29ce484222325')
  })

  it('does not depend on the order of the labels, and orders names by their bytes', () => {
    expect(computeFingerprint({ a: '1', b: '2' })).toBe(computeFingerprint({ b: '2', a: '1' }))
    // U+FF5E sorts after U+1F600 by UTF-16 units, and before it by bytes.
    expect(computeFingerprint({ '\u{1f600}': '1', '\uff5e': '2' })).toBe(
      bigFingerprint([
        ['\uff5e', '2'],
        ['\u{1f600}', '1'],
      ]),
    )
  })

  it('is FNV-1a over 64 bits', () => {
    const labels = { alertname: 'ContainerDown', service: 'web', team: 'größe' }
    expect(computeFingerprint(labels)).toBe(bigFingerprint(Object.entries(labels)))
  })
})

const bigFingerprint = (labels: readonly (readonly [string, string])[]): string => {
  let hash = 0xcbf29ce484222325n
  for (const [name, value] of labels) {
    for (const byte of [...Buffer.from(name), 0xff, ...Buffer.from(value), 0xff]) {
      hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
    }
  }
  return hash.toString(16).padStart(16, '0')
}
