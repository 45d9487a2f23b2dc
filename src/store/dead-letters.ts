/** Dead letters: what was received and could not be used, kept so that a person can see it. */
import { hash } from 'node:crypto'
import { type DeadLetter, deadLetterKinds } from '../alert/dead-letter.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { Connection } from './connection.ts'
import { type Row, readBytes, readInteger, readIntegerOrNull, readOneOf, readText } from './row.ts'

/** A body that cannot be used, as it was just seen. */
export type UnusableBody = {
  /** As it came. */
  readonly body: Buffer
  /** A word for what is wrong, for example `not-json`. */
  readonly reason: string
  /** What was found, for a person. */
  readonly detail: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** The dead letters of the storage. */
export type DeadLetters = {
  /** Keeps it, durably, or counts it when the same bytes were seen before. */
  readonly record: (input: UnusableBody) => DeadLetter
  /** Last seen first. */
  readonly list: (limit: number) => readonly DeadLetter[]
}

/** How much of a body is kept. */
const KEPT_BYTES = 64 * 1024

function decodeDeadLetter(row: Row): DeadLetter {
  return {
    sha256: readText(row, 'sha256'),
    kind: readOneOf(row, 'kind', deadLetterKinds),
    notification: readIntegerOrNull(row, 'notification'),
    count: readInteger(row, 'count'),
    firstSeenAt: readInteger(row, 'first_seen_at'),
    lastSeenAt: readInteger(row, 'last_seen_at'),
    reason: readText(row, 'reason'),
    detail: readText(row, 'detail'),
    bodyBytes: readInteger(row, 'body_bytes'),
    body: readBytes(row, 'body'),
  }
}

/** The same alert again in the same notification is that notification being applied again: it was counted. */
const upsertSql = `
  INSERT INTO dead_letters
    (sha256, kind, notification, first_seen_at, last_seen_at, reason, detail, body_bytes, body)
  VALUES (:sha256, :kind, :notification, :at, :at, :reason, :detail, :bodyBytes, :body)
  ON CONFLICT (sha256) DO UPDATE SET
    count = count + (:notification IS NULL OR notification IS NOT :notification), kind = :kind,
    notification = :notification, last_seen_at = :at, reason = :reason, detail = :detail
  RETURNING *`

type Letter = Omit<UnusableBody, 'body'> & Pick<DeadLetter, 'kind' | 'notification' | 'body'>

const prepareUpsert = (connection: Connection): ((letter: Letter) => DeadLetter) => {
  const upsert = connection.query(upsertSql, decodeDeadLetter)
  return ({ body, ...letter }) => {
    const sha256 = hash('sha256', body, 'hex')
    const kept = upsert.get({ ...letter, sha256, bodyBytes: body.length, body: body.subarray(0, KEPT_BYTES) })
    if (kept === undefined) throw new Error('an inserted dead letter was not returned')
    return kept
  }
}

/** Prepares the operations on the table `dead_letters`. */
export function prepareDeadLetters(connection: Connection): DeadLetters {
  const upsert = prepareUpsert(connection)
  const newest = connection.query(
    'SELECT * FROM dead_letters ORDER BY last_seen_at DESC, rowid DESC LIMIT :limit',
    decodeDeadLetter,
  )
  return {
    record: (input) => upsert({ ...input, kind: 'notification', notification: null }),
    list: (limit) => newest.all({ limit }),
  }
}

/** Prepares the part of the ledger that keeps single alerts as dead letters. */
export function prepareAlertLetters(connection: Connection): Pick<Ledger, 'deadLetterAlerts'> {
  const upsert = prepareUpsert(connection)
  return {
    deadLetterAlerts: (notification, unusable, at) => {
      for (const { index, found, text } of unusable) {
        const detail = `alert ${index}: ${found}`
        upsert({ kind: 'alert', body: Buffer.from(text), notification, reason: 'unusable-alert', detail, at })
      }
    },
  }
}
