import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { createReceiving } from '../../../src/app/receiving.ts'
import { createMetrics } from '../../../src/telemetry/metrics.ts'
import { openTemporaryStore } from '../../support/temporary-store.ts'

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
  const receiving = createReceiving({ store, clock, metrics, wake })
  const receive = async (alerts: readonly unknown[]) => {
    const body = Buffer.from(JSON.stringify({ version: '4', alerts }))
    const reading = await receiving.readNotification(body, 5000)
    if (!reading.ok) throw new Error(reading.reason)
    const id = await receiving.acceptNotification(body, 5000)
    receiving.accepted({ id, notification: reading.notification })
    return id
  }
  return { store, registry, woken, receiving, receive }
}

it('wakes the engine after the commit, and counts the alerts', async () => {
  const { receiving, receive, woken, registry } = open()
  await receive([
    { status: 'firing', labels: { a: 'b' } },
    { status: 'resolved', labels: { a: 'c' } },
  ])
  expect(woken).toEqual([1])
  const exposition = await registry.metrics()
  expect(exposition).toContain('selfheal_alerts_total{status="firing"} 1')
  expect(exposition).toContain('selfheal_alerts_total{status="resolved"} 1')
  expect(exposition).toContain('selfheal_alerts_total{status="invalid"} 0')
  expect(receiving.listDeadLetters(10)).toEqual([])
})

it('counts every alert that cannot be used, and stores nothing for them before the answer', async () => {
  const { receiving, receive, registry, store } = open()
  const id = await receive([...Array.from({ length: 150 }, (_, n) => ({ labels: n })), { labels: { a: 'b' } }])
  const exposition = await registry.metrics()
  expect(exposition).toContain('selfheal_alerts_total{status="firing"} 1')
  expect(exposition).toContain('selfheal_alerts_total{status="invalid"} 150')
  expect(receiving.listDeadLetters(10)).toEqual([])
  expect(store.ledger.pendingNotifications(10)).toMatchObject([{ id }])
})

it('keeps a body that is no notification once, with a count', () => {
  const { receiving } = open()
  const letter = { body: Buffer.from('nonsense'), reason: 'invalid-notification', detail: 'no JSON' }
  receiving.deadLetter(letter)
  receiving.deadLetter(letter)
  expect(receiving.listDeadLetters(10)).toMatchObject([
    { kind: 'notification', notification: null, count: 2, firstSeenAt: 5000, bodyBytes: 8 },
  ])
})
