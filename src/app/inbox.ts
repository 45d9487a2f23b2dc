/** The door of the inbox: what is usable is committed, what is not is kept as a dead letter. */
import { readNotification } from '../alert/notification.ts'
import type { Inbox } from '../http/ports.ts'
import type { Clock } from '../lib/clock.ts'
import type { Store } from '../store/open-store.ts'

/** Wires receiving to the storage. `committed` is called after each commit. */
export function createDoor(store: Store, clock: Clock, committed: () => void): Inbox {
  const { inbox, deadLetters } = store
  return {
    readNotification: (body, receivedAt) => {
      const read = readNotification(body, receivedAt)
      if (!read.ok) return read
      for (const { index, found } of read.notification.unusable) {
        deadLetters.record({
          kind: 'alert',
          body,
          notification: null,
          reason: 'unusable-alert',
          detail: `alert ${index}: ${found}`,
          at: receivedAt,
        })
      }
      return { ok: true }
    },
    acceptNotification: async (body, receivedAt) => {
      const id = await inbox.accept(body, receivedAt)
      committed()
      return id
    },
    deadLetter: ({ body, reason, detail }) => {
      deadLetters.record({ kind: 'notification', body, notification: null, reason, detail, at: clock.now() })
    },
    listDeadLetters: deadLetters.list,
  }
}
