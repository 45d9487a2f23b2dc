/** Operations on the table `notifications` after a notification was accepted. */
import type { Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { readBytes, readInteger } from './row.ts'

/** The part of the ledger that this file implements. */
export type NotificationOperations = Pick<Ledger, 'pendingNotifications' | 'markApplied' | 'pendingCount'>

/** Prepares the operations on notifications. */
export function prepareNotifications(connection: Connection): NotificationOperations {
  const sizes = connection.query(
    'SELECT id, length(body) AS bytes FROM notifications WHERE applied = 0 ORDER BY id LIMIT :limit',
    (row) => ({ id: readInteger(row, 'id'), bytes: readInteger(row, 'bytes') }),
  )
  const pending = connection.query(
    'SELECT id, received_at, body FROM notifications WHERE applied = 0 AND id <= :last ORDER BY id',
    (row) => ({
      id: readInteger(row, 'id'),
      receivedAt: readInteger(row, 'received_at'),
      body: readBytes(row, 'body'),
    }),
  )
  const count = connection.query('SELECT count(*) AS n FROM notifications WHERE applied = 0', (row) =>
    readInteger(row, 'n'),
  )
  const apply = connection.command('UPDATE notifications SET applied = 1 WHERE id = :id')
  return {
    pendingCount: () => count.get() ?? 0,
    pendingNotifications: (limit, maxBytes = Number.POSITIVE_INFINITY) => {
      let bytes = 0
      const wanted = sizes.all({ limit }).filter((entry, index) => {
        bytes += entry.bytes
        return index === 0 || bytes <= maxBytes
      })
      const last = wanted.at(-1)?.id
      return last === undefined ? [] : pending.all({ last })
    },
    markApplied: (notification) => {
      apply({ id: notification })
    },
  }
}
