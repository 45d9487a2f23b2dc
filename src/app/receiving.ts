/** Receiving, wired to the storage, the engine and the metrics. */
import { readNotification, readNotificationInSlices } from '../alert/notification.ts'
import type { Inbox, Receipt } from '../http/ports.ts'
import type { Clock } from '../lib/clock.ts'
import { yieldLoop } from '../remediation/yield-loop.ts'
import type { Store } from '../store/open-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** What receiving is made with. */
export type ReceivingDeps = {
  readonly store: Pick<Store, 'inbox' | 'deadLetters'>
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'alerts'>
  /** Called after each commit. */
  readonly wake: () => void
}

/** Reading a body of this many bytes takes a millisecond or two: from here on other requests get their turn in between. */
const largeBody = 256 * 1024

const countAlerts = (metrics: ReceivingDeps['metrics'], { notification }: Receipt): void => {
  const { alerts, unusable, moreUnusable } = notification
  const firing = alerts.filter(({ status }) => status === 'firing').length
  const counts = { firing, resolved: alerts.length - firing, invalid: unusable.length + moreUnusable }
  for (const status of ['firing', 'resolved', 'invalid'] as const) {
    if (counts[status] > 0) metrics.alerts.increment({ status }, counts[status])
  }
}

/** Creates what the webhook hands notifications to; alerts that cannot be used become dead letters in the engine. */
export function createReceiving({ store, clock, metrics, wake }: ReceivingDeps): Inbox {
  const { inbox, deadLetters } = store
  return {
    readNotification: (body, receivedAt) =>
      body.length < largeBody
        ? readNotification(body, receivedAt)
        : readNotificationInSlices(body, receivedAt, yieldLoop),
    acceptNotification: inbox.accept,
    accepted: (receipt) => {
      wake()
      countAlerts(metrics, receipt)
    },
    deadLetter: (letter) => {
      deadLetters.record({ ...letter, at: clock.now() })
    },
    listDeadLetters: deadLetters.list,
  }
}
