/** What Alertmanager's API answers, checked. Unknown fields are allowed: newer versions add some. */
import { Ajv } from 'ajv'
import { type Static, Type } from 'typebox'
import { badAnswer, parseJsonAnswer } from '../lib/json-answer.ts'
import { parseInstant } from '../lib/rfc3339.ts'
import { copyTexts, type Texts, textsSchema, toOneLine } from '../lib/text-record.ts'
import type { HeldAlert } from '../remediation/ports.ts'

/** An alert as Alertmanager holds it, and what suppresses it. */
export type KnownAlert = HeldAlert & {
  /** Ids of silences. */
  readonly silencedBy: readonly string[]
  /** Fingerprints of the inhibiting alerts. */
  readonly inhibitedBy: readonly string[]
  /** Names of the time intervals that mute it; empty before Alertmanager 0.28. */
  readonly mutedBy: readonly string[]
}

const alertSchema = Type.Object({
  fingerprint: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  labels: Type.Unsafe<Texts>(textsSchema),
  annotations: Type.Unsafe<Texts>(textsSchema),
  startsAt: Type.String(),
  endsAt: Type.String(),
  updatedAt: Type.String(),
  receivers: Type.Array(Type.Object({ name: Type.String() })),
  status: Type.Object({
    state: Type.Union([Type.Literal('active'), Type.Literal('suppressed'), Type.Literal('unprocessed')]),
    silencedBy: Type.Array(Type.String()),
    inhibitedBy: Type.Array(Type.String()),
    mutedBy: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
  }),
})

const ajv = new Ajv({ strict: true })
const isAlert = ajv.compile<Static<typeof alertSchema>>(alertSchema)

/** Alerts that are read before the event loop has its turn. */
const sliceSize = 500

/**
 * Reads the answer to a listing, in slices that do not hold up the event loop. Rejects with `AdapterError`
 * `bad-answer` when any of it is not what it should be.
 */
export async function readAlerts(text: string): Promise<readonly KnownAlert[]> {
  const listed = parseJsonAnswer('alertmanager', text)
  if (!Array.isArray(listed)) throw badAnswer('alertmanager', 'with something else than a list of alerts')
  const alerts: KnownAlert[] = []
  for (let start = 0; start < listed.length; start += sliceSize) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve))
    for (const alert of listed.slice(start, start + sliceSize)) alerts.push(readAlert(alert))
  }
  return alerts
}

const readAlert = (alert: unknown): KnownAlert => {
  if (!isAlert(alert)) throw badAnswer('alertmanager', 'with something else than a list of alerts')
  const { fingerprint, labels, annotations, startsAt, endsAt, updatedAt, status, receivers } = alert
  const mutedBy = status.mutedBy ?? []
  return {
    fingerprint,
    labels: copyTexts(labels),
    annotations: copyTexts(annotations),
    startsAt: readInstant(startsAt),
    endsAt: readInstant(endsAt),
    updatedAt: readInstant(updatedAt),
    state: mutedBy.length > 0 ? 'suppressed' : status.state,
    receivers: receivers.map(({ name }) => name),
    silencedBy: status.silencedBy,
    inhibitedBy: status.inhibitedBy,
    mutedBy,
  }
}

/** What a refusal says: Alertmanager answers a JSON string, or an object with a message; empty for anything else. */
export function readRefusal(text: string): string {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return ''
  }
  const said = typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : answer
  return typeof said === 'string' ? toOneLine(said) : ''
}

function readInstant(text: string): number {
  const at = parseInstant(text)
  if (at === undefined) throw badAnswer('alertmanager', 'with an alert with a date that is none')
  return at
}
