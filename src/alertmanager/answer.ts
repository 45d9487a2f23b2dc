/** What Alertmanager's API answers, checked. Unknown fields are allowed: newer versions add some. */
import { Ajv } from 'ajv'
import { type Static, Type } from 'typebox'
import { badAnswer, parseJsonAnswer } from '../lib/json-answer.ts'
import { parseInstant } from '../lib/rfc3339.ts'
import { copyTexts, toOneLine } from '../lib/text-record.ts'

/** An alert as Alertmanager holds it. Instants are epoch milliseconds. */
export type KnownAlert = {
  readonly fingerprint: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: number
  readonly endsAt: number
  readonly updatedAt: number
  /** `suppressed`: silenced or inhibited. `unprocessed`: it has not been decided yet. */
  readonly state: 'active' | 'suppressed' | 'unprocessed'
  /** Ids of silences. */
  readonly silencedBy: readonly string[]
  /** Fingerprints of the inhibiting alerts. */
  readonly inhibitedBy: readonly string[]
}

const textSchema = Type.Record(Type.String(), Type.String())

const alertsSchema = Type.Array(
  Type.Object({
    fingerprint: Type.String({ pattern: '^[0-9a-f]{16}$' }),
    labels: textSchema,
    annotations: textSchema,
    startsAt: Type.String(),
    endsAt: Type.String(),
    updatedAt: Type.String(),
    status: Type.Object({
      state: Type.Union([Type.Literal('active'), Type.Literal('suppressed'), Type.Literal('unprocessed')]),
      silencedBy: Type.Array(Type.String()),
      inhibitedBy: Type.Array(Type.String()),
    }),
  }),
)

const ajv = new Ajv({ strict: true })
const isAlerts = ajv.compile<Static<typeof alertsSchema>>(alertsSchema)

/** Reads the answer to a listing; throws `AdapterError` `bad-answer` when any of it is not what it should be. */
export function readAlerts(text: string): readonly KnownAlert[] {
  const alerts = parseJsonAnswer('alertmanager', text)
  if (!isAlerts(alerts)) throw badAnswer('alertmanager', 'with something else than a list of alerts')
  return alerts.map(({ fingerprint, labels, annotations, startsAt, endsAt, updatedAt, status }) => ({
    fingerprint,
    labels: copyTexts(labels),
    annotations: copyTexts(annotations),
    startsAt: readInstant(startsAt),
    endsAt: readInstant(endsAt),
    updatedAt: readInstant(updatedAt),
    state: status.state,
    silencedBy: status.silencedBy,
    inhibitedBy: status.inhibitedBy,
  }))
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
