/** The door of the inbox: what is usable is committed, what is not is kept as a dead letter. */
import { readNotification } from '../alert/notification.ts'
import type { Inbox, Receipt } from '../http/ports.ts'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/open-store.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** What the door is made with. */
export type DoorDeps = {
  readonly store: Pick<Store, 'inbox' | 'deadLetters'>
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'alerts'>
  /** Called after each commit. */
  readonly wake: () => void
}

/** The alerts of a body that was read before, as they were posted. */
const postedAlerts = (body: Buffer): readonly unknown[] => {
  const posted: unknown = JSON.parse(body.toString('utf8'))
  return typeof posted === 'object' && posted !== null && 'alerts' in posted && Array.isArray(posted.alerts)
    ? posted.alerts
    : []
}

/** Wires receiving to the storage. */
export function createDoor({ store, clock, metrics, wake }: DoorDeps): Inbox {
  const { inbox, deadLetters } = store

  const keepUnusable = ({ id, body, notification }: Receipt): void => {
    if (notification.unusable.length === 0) return
    const alerts = postedAlerts(body)
    for (const { index, found } of notification.unusable) {
      deadLetters.record({
        kind: 'alert',
        body: Buffer.from(JSON.stringify(alerts[index]) ?? ''),
        notification: id,
        reason: 'unusable-alert',
        detail: `alert ${index}: ${found}`,
        at: clock.now(),
      })
    }
  }

  return {
    readNotification,
    acceptNotification: inbox.accept,
    accepted: (receipt) => {
      wake()
      const { alerts, unusable } = receipt.notification
      for (const { status } of alerts) metrics.alerts.increment({ status })
      metrics.alerts.increment({ status: 'invalid' }, unusable.length)
      keepUnusable(receipt)
    },
    deadLetter: ({ body, reason, detail }) => {
      deadLetters.record({ kind: 'notification', body, notification: null, reason, detail, at: clock.now() })
    },
    listDeadLetters: deadLetters.list,
  }
}
