/**
 * Operations on the table `deliveries`: what each receiver is still to be told.
 *
 * There is one row for each receiver, incident and status:
 * - due:       `due_at` is set; entered when it is enqueued, when a try fails, and when a repetition is planned
 * - done:      `due_at` is empty; the receiver accepted it and needs no repetition
 * - acknowledged: a person knows; a try that is under way is the last one
 * - withdrawn: nobody wants it any more; the result of a try that was under way no longer makes it due
 *
 * `due_at` is wall-clock time: what is due further ahead than anything ever waits was planned before the clock jumped
 * back, and is due now.
 */
import type { Delivery, Ledger } from '../remediation/ledger.ts'
import type { EscalationMessage } from '../remediation/ports.ts'
import type { Connection } from './connection.ts'
import { type Row, readInteger, readIntegerOrNull, readJson, readText, readTextOrNull } from './row.ts'
import { isEscalationMessage } from './shapes.ts'

/** The part of the ledger that this file implements. */
export type DeliveryOperations = Pick<
  Ledger,
  | 'enqueueDelivery'
  | 'dueDeliveries'
  | 'nextDeliveryAt'
  | 'deliverySucceeded'
  | 'deliveryFailed'
  | 'withdrawDeliveries'
  | 'acknowledgeDeliveries'
  | 'undeliveredCount'
>

/** No repetition and no next try is planned further ahead than 60 s; the rest is for clocks that are being corrected. */
const farthestDueMs = 60_000 + 5_000

function decodeDelivery(row: Row): Delivery {
  return {
    id: readInteger(row, 'id'),
    receiver: readText(row, 'receiver'),
    message: readJson(row, 'message', isEscalationMessage),
    attempts: readInteger(row, 'attempts'),
    dueAt: readInteger(row, 'due_at'),
    deliveredAt: readIntegerOrNull(row, 'delivered_at'),
    lastError: readTextOrNull(row, 'last_error'),
  }
}

const insertSql = `
  INSERT INTO deliveries (receiver, incident, status, message, due_at, ever_delivered)
  VALUES (:receiver, :incident, :status, :message, :dueAt, :everDelivered)`

const succeedSql = `
  UPDATE deliveries SET
    attempts = 0, last_error = NULL, delivered_at = :at, ever_delivered = 1,
    due_at = CASE WHEN withdrawn = 1 THEN NULL ELSE :nextDueAt END
  WHERE id = :id`

const failSql = `
  UPDATE deliveries SET
    attempts = attempts + 1, last_error = :error,
    due_at = CASE WHEN withdrawn = 1 OR acknowledged = 1 THEN NULL ELSE :nextDueAt END
  WHERE id = :id`

const withdrawSql = `
  UPDATE deliveries SET withdrawn = 1, due_at = NULL
  WHERE incident = :incident AND status = 'firing' AND withdrawn = 0
  RETURNING receiver, message, ever_delivered`

const acknowledgeSql = `
  UPDATE deliveries SET acknowledged = 1, due_at = NULL
  WHERE incident = :incident AND receiver = :receiver AND status = 'firing'`

const silenceSql = `
  UPDATE deliveries SET withdrawn = 1, due_at = NULL
  WHERE receiver = :receiver AND incident = :incident AND status <> :status`

function prepareEnqueue(connection: Connection): DeliveryOperations['enqueueDelivery'] {
  const removeEarlier = connection.query(
    `DELETE FROM deliveries WHERE receiver = :receiver AND incident = :incident AND status = :status
     RETURNING ever_delivered`,
    (row) => readInteger(row, 'ever_delivered'),
  )
  const withdrawOther = connection.command(silenceSql)
  const insert = connection.command(insertSql)

  // A new id, so that the result of a try of the earlier message is not taken for one of this message.
  const enqueue = (receiver: string, message: EscalationMessage, dueAt: number): void => {
    const key = { receiver, incident: message.incident, status: message.status }
    const everDelivered = removeEarlier.get(key) ?? 0
    withdrawOther(key)
    insert({ ...key, message: JSON.stringify(message), dueAt, everDelivered })
  }
  return (receiver, message, dueAt) => connection.transaction(() => enqueue(receiver, message, dueAt))
}

/**
 * Prepares the operations on deliveries. A message replaces an earlier one to the same receiver with the same incident
 * and status, and withdraws the one with the other status: a receiver is told only how things are now. Results for a
 * delivery that was replaced meanwhile change nothing.
 */
export function prepareDeliveries(connection: Connection): DeliveryOperations {
  const due = connection.query(
    `SELECT * FROM deliveries WHERE due_at IS NOT NULL AND (due_at <= :at OR due_at > :at + ${farthestDueMs})
     ORDER BY due_at, id LIMIT :limit`,
    decodeDelivery,
  )
  const next = connection.query('SELECT min(due_at) AS due_at FROM deliveries WHERE due_at IS NOT NULL', (row) =>
    readIntegerOrNull(row, 'due_at'),
  )
  const succeed = connection.command(succeedSql)
  const fail = connection.command(failSql)
  const withdraw = connection.query(withdrawSql, (row) => ({
    receiver: readText(row, 'receiver'),
    message: readJson(row, 'message', isEscalationMessage),
    delivered: readInteger(row, 'ever_delivered') === 1,
  }))
  const acknowledge = connection.command(acknowledgeSql)
  const undelivered = connection.query(
    'SELECT count(*) AS n FROM deliveries WHERE due_at IS NOT NULL AND delivered_at IS NULL',
    (row) => readInteger(row, 'n'),
  )
  return {
    enqueueDelivery: prepareEnqueue(connection),
    dueDeliveries: (at, limit) => due.all({ at, limit }),
    nextDeliveryAt: () => next.get() ?? null,
    deliverySucceeded: (id, at, nextDueAt) => {
      succeed({ id, at, nextDueAt })
    },
    deliveryFailed: (id, error, nextDueAt) => {
      fail({ id, error, nextDueAt })
    },
    withdrawDeliveries: (incident) => withdraw.all({ incident }),
    acknowledgeDeliveries: (incident, receivers) =>
      connection.transaction(() => {
        for (const receiver of receivers) acknowledge({ incident, receiver })
      }),
    undeliveredCount: () => undelivered.get() ?? 0,
  }
}
