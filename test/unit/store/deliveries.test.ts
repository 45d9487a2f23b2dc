import { describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/remediation/ledger.ts'
import type { EscalationMessage } from '../../../src/remediation/ports.ts'
import { newIncident, openTemporaryStore, temporaryFolder } from '../../support/temporary-store.ts'

const message = (incident: number, changes: Partial<EscalationMessage> = {}): EscalationMessage => ({
  incident,
  status: 'firing',
  startsAt: 1000,
  labels: { alertname: 'SelfhealEscalation' },
  annotations: { summary: 'automation stopped' },
  ...changes,
})

function openLedger(): { readonly ledger: Ledger; readonly incident: number } {
  const { ledger } = openTemporaryStore()
  return { ledger, incident: ledger.openIncident(newIncident('local/shop/web')).id }
}

const due = (ledger: Ledger, at = 1e12) => ledger.dueDeliveries(at, 100)
const idOf = (ledger: Ledger, receiver: string): number =>
  due(ledger).find((delivery) => delivery.receiver === receiver)?.id ?? 0

describe('deliveries', () => {
  it('come due in the order of their instants, no more than asked for', () => {
    const { ledger, incident } = openLedger()
    expect(ledger.nextDeliveryAt()).toBeNull()
    ledger.enqueueDelivery('late', message(incident), 3000)
    ledger.enqueueDelivery('early', message(incident), 1000)
    ledger.enqueueDelivery('middle', message(incident), 2000)
    expect(ledger.nextDeliveryAt()).toBe(1000)
    expect(due(ledger, 999)).toEqual([])
    expect(due(ledger, 2000).map(({ receiver }) => receiver)).toEqual(['early', 'middle'])
    expect(ledger.dueDeliveries(5000, 1)).toEqual([
      {
        id: 2,
        receiver: 'early',
        message: message(incident),
        attempts: 0,
        dueAt: 1000,
        deliveredAt: null,
        lastError: null,
      },
    ])
    expect(ledger.undeliveredCount()).toBe(3)
  })

  it('are due now when they were planned before the clock jumped back, and not when they only wait', () => {
    const { ledger, incident } = openLedger()
    const jumped = 10_000_000
    ledger.enqueueDelivery('waits', message(incident), jumped + 60_000)
    ledger.enqueueDelivery('past', message(incident), jumped)
    ledger.enqueueDelivery('future', message(incident), jumped + 3_600_000)
    expect(due(ledger, jumped).map(({ receiver }) => receiver)).toEqual(['past', 'future'])
    expect(due(ledger, jumped - 1).map(({ receiver }) => receiver)).toEqual(['future'])
  })

  it('survive a restart', () => {
    const path = temporaryFolder()
    const store = openTemporaryStore(path)
    const incident = store.ledger.openIncident(newIncident('local/shop/web')).id
    store.ledger.enqueueDelivery('pager', message(incident), 1000)
    store.close()
    expect(due(openTemporaryStore(path).ledger).map(({ receiver }) => receiver)).toEqual(['pager'])
  })

  it('that fail come due again later, with the error and the number of tries', () => {
    const { ledger, incident } = openLedger()
    ledger.enqueueDelivery('pager', message(incident), 1000)
    ledger.deliveryFailed(1, 'timeout', 5000)
    ledger.deliveryFailed(1, 'connection refused', 9000)
    expect(due(ledger, 8999)).toEqual([])
    expect(due(ledger, 9000)).toMatchObject([{ attempts: 2, lastError: 'connection refused', deliveredAt: null }])
    expect(ledger.undeliveredCount()).toBe(1)
  })

  it('that succeed are over, or come due again when they must be repeated', () => {
    const { ledger, incident } = openLedger()
    ledger.enqueueDelivery('once', message(incident), 1000)
    ledger.enqueueDelivery('repeated', message(incident), 1001)
    ledger.deliveryFailed(2, 'timeout', 1500)
    ledger.deliverySucceeded(1, 2000, null)
    ledger.deliverySucceeded(2, 2001, 60_000)
    expect(ledger.nextDeliveryAt()).toBe(60_000)
    expect(due(ledger)).toMatchObject([{ receiver: 'repeated', attempts: 0, lastError: null, deliveredAt: 2001 }])
    expect(ledger.undeliveredCount()).toBe(0)
  })

  it('that are withdrawn are never due again and tell once which receivers had been told', () => {
    const { ledger, incident } = openLedger()
    for (const receiver of ['told', 'repeated', 'untold']) ledger.enqueueDelivery(receiver, message(incident), 1000)
    ledger.deliverySucceeded(idOf(ledger, 'told'), 1500, null)
    ledger.deliverySucceeded(idOf(ledger, 'repeated'), 1500, 2000)
    const underWay = idOf(ledger, 'untold')
    expect(ledger.withdrawDeliveries(incident)).toEqual([
      { receiver: 'told', message: message(incident), delivered: true },
      { receiver: 'repeated', message: message(incident), delivered: true },
      { receiver: 'untold', message: message(incident), delivered: false },
    ])
    ledger.deliveryFailed(underWay, 'timeout', 3000)
    ledger.deliverySucceeded(underWay, 3000, 4000)
    expect(ledger.nextDeliveryAt()).toBeNull()
    expect(ledger.undeliveredCount()).toBe(0)
    expect(ledger.withdrawDeliveries(incident)).toEqual([])
  })

  it('are withdrawn for one incident only, and never the word of its end', () => {
    const { ledger, incident } = openLedger()
    const other = ledger.openIncident(newIncident('local/shop/stock')).id
    ledger.enqueueDelivery('pager', message(incident, { status: 'resolved' }), 1000)
    ledger.enqueueDelivery('pager', message(other), 1000)
    expect(ledger.withdrawDeliveries(incident)).toEqual([])
    expect(due(ledger)).toHaveLength(2)
  })

  it('are one per receiver, incident and status: a new message replaces the one before and is due anew', () => {
    const { ledger, incident } = openLedger()
    ledger.enqueueDelivery('pager', message(incident), 1000)
    const earlier = idOf(ledger, 'pager')
    ledger.deliverySucceeded(earlier, 1500, null)
    const again = message(incident, { startsAt: 5000 })
    ledger.enqueueDelivery('pager', again, 5000)
    expect(due(ledger)).toMatchObject([{ message: again, dueAt: 5000, attempts: 0, deliveredAt: null }])
    ledger.deliverySucceeded(earlier, 5001, null)
    expect(ledger.undeliveredCount()).toBe(1)
    expect(ledger.withdrawDeliveries(incident)).toMatchObject([{ receiver: 'pager', delivered: true }])
  })

  it('tell a receiver only how things are now: firing again withdraws an undelivered resolved, and the reverse', () => {
    const { ledger, incident } = openLedger()
    const statuses = () => due(ledger).map(({ message: { status } }) => status)
    ledger.enqueueDelivery('pager', message(incident), 1000)
    ledger.enqueueDelivery('pager', message(incident, { status: 'resolved' }), 2000)
    expect(statuses()).toEqual(['resolved'])
    ledger.enqueueDelivery('pager', message(incident), 3000)
    expect(statuses()).toEqual(['firing'])
  })
})
