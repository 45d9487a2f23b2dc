/** Operations on the tables `receivers` and `truncated_groups`: what is known of Alertmanager's side. */
import type { AlertGroup, Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { readInteger, readStrings, readText } from './row.ts'

/** The part of the ledger that this file implements. */
export type ReceiverOperations = Pick<Ledger, 'noteReceiver' | 'knownReceivers' | 'noteGroup' | 'truncatedGroups'>

/** Bounds, because names and labels come from outside. */
const mostReceivers = 100
const mostGroups = 1000
const longestName = 1000
const longestLabels = 8192

const keyOf = ({ receiver, labels }: AlertGroup) => ({
  receiver,
  labels: JSON.stringify(Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))),
})

/**
 * Prepares the operations. All that is kept is read for each listing, so names of more than 1,000 characters and groups
 * with more than 8 KiB of labels are not kept: no Alertmanager has such, but who may post can write them.
 */
export function prepareReceivers(connection: Connection): ReceiverOperations {
  const upsert = connection.command(`
    INSERT INTO receivers (name, notification, seen_at) VALUES (:name, :notification, :at)
    ON CONFLICT (name) DO UPDATE SET notification = :notification, seen_at = :at`)
  const forget = connection.command(`
    DELETE FROM receivers WHERE name NOT IN (SELECT name FROM receivers ORDER BY notification DESC LIMIT :most)`)
  const known = connection.query('SELECT name, notification FROM receivers ORDER BY notification DESC', (row) => ({
    name: readText(row, 'name'),
    notification: readInteger(row, 'notification'),
  }))
  const truncate = connection.command(`
    INSERT INTO truncated_groups (receiver, labels, seen_at) VALUES (:receiver, :labels, :at)
    ON CONFLICT (receiver, labels) DO UPDATE SET seen_at = :at`)
  const complete = connection.command('DELETE FROM truncated_groups WHERE receiver = :receiver AND labels = :labels')
  const forgetGroups = connection.command(`
    DELETE FROM truncated_groups WHERE rowid NOT IN
      (SELECT rowid FROM truncated_groups ORDER BY seen_at DESC LIMIT :most)`)
  const truncated = connection.query(
    'SELECT receiver, labels FROM truncated_groups WHERE seen_at > :since ORDER BY seen_at DESC',
    (row) => ({ receiver: readText(row, 'receiver'), labels: readStrings(row, 'labels') }),
  )
  return {
    noteReceiver: ({ name, notification }, at) => {
      if (name.length > longestName) return
      upsert({ name, notification, at })
      forget({ most: mostReceivers })
    },
    knownReceivers: () => known.all(),
    noteGroup: (group, isTruncated, at) => {
      const key = keyOf(group)
      if (key.receiver.length > longestName || key.labels.length > longestLabels) return
      if (!isTruncated) return void complete(key)
      truncate({ ...key, at })
      forgetGroups({ most: mostGroups })
    },
    truncatedGroups: (since) => truncated.all({ since }),
  }
}
