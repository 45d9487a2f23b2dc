/** Dead letters: what was received and could not be used, kept so that a person can see it. */
import { hash } from 'node:crypto'
import type { Connection } from './connection.ts'
import { type Row, readBytes, readInteger, readIntegerOrNull, readOneOf, readText } from './row.ts'

/** What is unusable: a whole request body, or one alert of a body that was usable otherwise. */
export const deadLetterKinds = ['notification', 'alert'] as const

/** One of `deadLetterKinds`. */
export type DeadLetterKind = (typeof deadLetterKinds)[number]

/** Something unusable, as it was just seen. */
export type UnusableInput = {
  readonly kind: DeadLetterKind
  /** The body as it came, or the alert as JSON. */
  readonly body: Buffer
  /** The notification that the alert came in; `null` for a whole body. */
  readonly notification: number | null
  /** A word for what is wrong, for example `not-json`. */
  readonly reason: string
  /** What was found, for a person. */
  readonly detail: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** A dead letter; the sender posts the same body again and again, so equal bodies are one letter with a count. */
export type DeadLetter = {
  /** Lower-case hexadecimal SHA-256 of the whole body: the key. */
  readonly sha256: string
  readonly kind: DeadLetterKind
  readonly notification: number | null
  readonly count: number
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** Reason and detail are those of the last time. */
  readonly reason: string
  readonly detail: string
  /** Length of the whole body. */
  readonly bodyBytes: number
  /** The first 64 KiB of the body. */
  readonly body: Buffer
}

/** The dead letters of the storage. */
export type DeadLetters = {
  /** Keeps it, durably, or counts it when the same bytes were seen before. */
  readonly record: (input: UnusableInput) => DeadLetter
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

const upsertSql = `
  INSERT INTO dead_letters
    (sha256, kind, notification, first_seen_at, last_seen_at, reason, detail, body_bytes, body)
  VALUES (:sha256, :kind, :notification, :at, :at, :reason, :detail, :bodyBytes, :body)
  ON CONFLICT (sha256) DO UPDATE SET
    count = count + 1, kind = :kind, notification = :notification, last_seen_at = :at, reason = :reason, detail = :detail
  RETURNING *`

/** Prepares the operations on the table `dead_letters`. */
export function prepareDeadLetters(connection: Connection): DeadLetters {
  const upsert = connection.query(upsertSql, decodeDeadLetter)
  const newest = connection.query(
    'SELECT * FROM dead_letters ORDER BY last_seen_at DESC, rowid DESC LIMIT :limit',
    decodeDeadLetter,
  )
  return {
    record: ({ kind, body, notification, reason, detail, at }) => {
      const letter = upsert.get({
        sha256: hash('sha256', body, 'hex'),
        kind,
        notification,
        reason,
        detail,
        at,
        bodyBytes: body.length,
        body: body.subarray(0, KEPT_BYTES),
      })
      if (letter === undefined) throw new Error('an inserted dead letter was not returned')
      return letter
    },
    list: (limit) => newest.all({ limit }),
  }
}
