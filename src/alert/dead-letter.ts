/** Dead letters: what was posted and could not be used, kept so that a person can see it. */

/** What is unusable: a whole request body, or one alert of a body that was usable otherwise. */
export const deadLetterKinds = ['notification', 'alert'] as const

/** One of `deadLetterKinds`. */
export type DeadLetterKind = (typeof deadLetterKinds)[number]

/** A dead letter; the sender posts the same again and again, so equal bodies are one letter with a count. */
export type DeadLetter = {
  /** Lower-case hexadecimal SHA-256: the key. Of the whole body, or of the beginning of the alert that is kept. */
  readonly sha256: string
  readonly kind: DeadLetterKind
  /** The notification that the alert was last seen in; `null` for a whole body. */
  readonly notification: number | null
  /** How often the body was posted, or in how many notifications the alert was. */
  readonly count: number
  /** Epoch milliseconds. */
  readonly firstSeenAt: number
  readonly lastSeenAt: number
  /** Reason and detail are those of the last time. */
  readonly reason: string
  readonly detail: string
  /** Length of the whole body, or of the beginning of the alert that is kept. */
  readonly bodyBytes: number
  /** The first 64 KiB of the body, or the beginning of the alert as JSON. */
  readonly body: Buffer
}
