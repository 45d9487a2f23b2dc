/** What Prometheus answers to an instant query, checked and turned into samples. */
import { Ajv } from 'ajv'
import { type Static, Type } from 'typebox'
import { badAnswer, parseJsonAnswer } from '../lib/json-answer.ts'
import { copyTexts, type Texts, textsSchema, toOneLine } from '../lib/text-record.ts'
import type { Sample } from '../remediation/ports.ts'

const valueSchema = Type.Tuple([Type.Number(), Type.String()])

const successSchema = Type.Object({
  status: Type.Literal('success'),
  warnings: Type.Optional(Type.Array(Type.String())),
  data: Type.Union([
    Type.Object({
      resultType: Type.Literal('vector'),
      result: Type.Array(Type.Object({ metric: Type.Unsafe<Texts>(textsSchema), value: valueSchema })),
    }),
    Type.Object({ resultType: Type.Literal('scalar'), result: valueSchema }),
  ]),
})

const failureSchema = Type.Object({
  status: Type.Literal('error'),
  errorType: Type.String(),
  error: Type.String(),
})

const ajv = new Ajv({ strict: true, strictTuples: false })
const isSuccess = ajv.compile<Static<typeof successSchema>>(successSchema)
const isFailure = ajv.compile<Static<typeof failureSchema>>(failureSchema)

/** Most series that a query may answer; a check compares a handful. */
const mostSeries = 1000

/**
 * Reads a successful answer. Throws `AdapterError` `bad-answer` for what is none, for matrices, strings and histograms,
 * for more than 1,000 series, and for warnings: with them Prometheus says that data may be missing.
 */
export function readSamples(text: string): readonly Sample[] {
  const answer = parseJsonAnswer('prometheus', text)
  if (!isSuccess(answer)) throw badAnswer('prometheus', 'with something else than a vector or scalar of numbers')
  const warning = answer.warnings?.[0]
  if (warning !== undefined)
    throw badAnswer('prometheus', `with a warning, so data may be missing: ${toOneLine(warning)}`)
  const { data } = answer
  if (data.resultType === 'scalar') return [readSample({}, data.result)]
  if (data.result.length > mostSeries) {
    throw badAnswer('prometheus', `with ${data.result.length} series, at most ${mostSeries} are read`)
  }
  return data.result.map(({ metric, value }) => readSample(metric, value))
}

/** What a refusal says, `bad_data: ...`; empty where the answer is not Prometheus' own. */
export function readRefusal(text: string): string {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return ''
  }
  return isFailure(answer) ? toOneLine(`${answer.errorType}: ${answer.error}`) : ''
}

function readSample(metric: Readonly<Record<string, string>>, [seconds, text]: readonly [number, string]): Sample {
  return { labels: copyTexts(metric), value: readNumber(text), at: Math.round(seconds * 1000) }
}

function readNumber(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  if (text === 'NaN') return Number.NaN
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isNaN(value)) throw badAnswer('prometheus', 'with a value that is no number')
  return value
}
