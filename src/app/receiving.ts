/** Receiving, wired to the storage, the engine and the metrics. */
import { readNotification } from '../alert/notification.ts'
import type { Inbox, Receipt } from '../http/ports.ts'
import type { Clock } from '../lib/clock.ts'
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

const countAlerts = (metrics: ReceivingDeps['metrics'], { notification }: Receipt): void => {
  const { alerts, unusable, moreUnusable } = notification
  const firing = alerts.filter(({ status }) => status === 'firing').length
  metrics.alerts.increment({ status: 'firing' }, firing)
  metrics.alerts.increment({ status: 'resolved' }, alerts.length - firing)
  metrics.alerts.increment({ status: 'invalid' }, unusable.length + moreUnusable)
}

/** Creates what the webhook hands notifications to; alerts that cannot be used become dead letters in the engine. */
export function createReceiving({ store, clock, metrics, wake }: ReceivingDeps): Inbox {
  const { inbox, deadLetters } = store
  return {
    readNotification,
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
