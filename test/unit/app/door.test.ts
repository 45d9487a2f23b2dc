import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createDoor } from '../../../src/app/inbox.ts'
import { createMetrics } from '../../../src/telemetry/metrics.ts'
import { openTemporaryStore } from '../store/temporary-store.ts'

const open = () => {
  const store = openTemporaryStore()
  const registry = new Registry()
  const metrics = createMetrics({
    registry,
    version: '0',
    dependencies: [],
    routes: [],
    sources: { activeStates: () => [], inboxPending: () => 0, undelivered: () => 0, runbooksBroken: () => 0 },
  })
  const woken: number[] = []
  const clock = { now: () => 5000, monotonic: () => 5000, sleep: async () => {} }
  const wake = () => void woken.push(store.ledger.pendingCount())
  return { store, registry, woken, door: createDoor({ store, clock, metrics, wake }) }
}

const bodyOf = (alerts: readonly unknown[]): Buffer => Buffer.from(JSON.stringify({ version: '4', alerts }))

it('wakes the engine after the commit, and counts the alerts', async () => {
  const { door, woken, registry } = open()
  const body = bodyOf([
    { status: 'firing', labels: { a: 'b' } },
    { status: 'resolved', labels: { a: 'c' } },
  ])
  const reading = door.readNotification(body, 5000)
  if (!reading.ok) throw new Error(reading.reason)
  const id = await door.acceptNotification(body, 5000)
  door.accepted({ id, body, notification: reading.notification })
  expect(woken).toEqual([1])
  const exposition = await registry.metrics()
  expect(exposition).toContain('selfheal_alerts_total{status="firing"} 1')
  expect(exposition).toContain('selfheal_alerts_total{status="resolved"} 1')
  expect(exposition).toContain('selfheal_alerts_total{status="invalid"} 0')
  expect(door.listDeadLetters(10)).toEqual([])
})

it('keeps each alert that cannot be used as a dead letter of its own, and lets the others count', async () => {
  const { door, store, woken } = open()
  const body = bodyOf([{ labels: 7 }, { labels: { a: 'b' } }, null])
  const reading = door.readNotification(body, 5000)
  if (!reading.ok) throw new Error(reading.reason)
  const id = await door.acceptNotification(body, 5000)
  door.accepted({ id, body, notification: reading.notification })
  expect(woken).toEqual([1])
  expect(store.ledger.pendingNotifications(10)).toMatchObject([{ id }])
  const letters = door.listDeadLetters(10)
  expect(letters.map(({ detail }) => detail).toSorted()).toEqual([
    expect.stringMatching(/^alert 0: /),
    expect.stringMatching(/^alert 2: /),
  ])
  for (const letter of letters) {
    expect(letter).toMatchObject({ kind: 'alert', notification: id, reason: 'unusable-alert', count: 1 })
  }
})

it('keeps a body that is no notification once, with a count', () => {
  const { door } = open()
  const letter = { body: Buffer.from('nonsense'), reason: 'invalid-notification', detail: 'no JSON' }
  door.deadLetter(letter)
  door.deadLetter(letter)
  expect(door.listDeadLetters(10)).toMatchObject([{ kind: 'notification', count: 2, firstSeenAt: 5000, bodyBytes: 8 }])
})
