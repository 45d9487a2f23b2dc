/** Validation of a whole runbook, looked at as plain data: functions are marked, see `functionMark`. */
import { Type } from 'typebox'
import { formatDuration, parseDuration } from '../lib/duration.ts'
import type { Check, QueryCheck } from './check.ts'
import { type Risk, type Urgency, urgencies } from './runbook.ts'
import { checkSchema, findLabelReferences, findLongestRangeMs } from './validate-check.ts'
import { findContractFaults, requiredLabels } from './validate-labels.ts'
import { findParameterFaults } from './validate-parameters.ts'
import { compileShape, isRecord, type ShapeFault, type ShapePath, show } from './validate-shape.ts'

/** What the proof of a rung needs at least when none of its checks looks at what the service does. */
const runningAloneMs = 30_000

const closed = { additionalProperties: false } as const
const text = (description: string) => Type.String({ minLength: 1, maxLength: 4000, description })
const code = (description: string) => Type.Unsafe<unknown>({ isFunction: true, description })
const span = (description: string) => Type.String({ format: 'span', description })

const rungSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, description: 'a name of 1 to 80 characters' }),
    risk: Type.Enum(['low', 'medium', 'high'], { description: "'low', 'medium' or 'high'" }),
    when: Type.Optional(code('a function of the observation that returns true or false')),
    plan: code('a function of the observation that returns actions'),
    verify: Type.Array(checkSchema, { minItems: 1, maxItems: 16, description: '1 to 16 checks' }),
    within: span("a duration such as '90s': how long the proof may take"),
    stableFor: Type.String({
      format: 'duration',
      description: "a duration such as '15s': how long the checks must hold",
    }),
  },
  closed,
)

const runbookSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]*$',
      maxLength: 64,
      description: 'at most 64 lower-case letters, digits and hyphens, a letter first',
    }),
    urgency: Type.Enum([...urgencies], { description: `one of ${urgencies.join(', ')}` }),
    summary: text('a sentence for people'),
    meaning: text('a text for people: what the alert means'),
    impact: text('a text for people: who feels it, and how'),
    mitigation: text('a text for people: what to do by hand'),
    match: Type.Array(Type.String({ format: 'matcher', maxLength: 2000, description: 'a matcher' }), {
      minItems: 1,
      maxItems: 32,
      description: 'a list of 1 to 32 matchers such as \'symptom="down"\'',
    }),
    labels: Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'Type.Object({...})' }),
    parameters: Type.Optional(
      Type.Unsafe<Record<string, unknown>>({ type: 'object', description: 'Type.Object({...})' }),
    ),
    limits: Type.Optional(
      Type.Object(
        {
          budgets: Type.Optional(
            Type.Array(Type.String({ format: 'budget', description: "a budget such as '3/1h'" }), {
              minItems: 1,
              maxItems: 8,
              description: "a list of 1 to 8 budgets such as '3/1h'",
            }),
          ),
          cooldown: Type.Optional(Type.String({ format: 'duration', description: 'a duration' })),
        },
        closed,
      ),
    ),
    ladder: Type.Array(rungSchema, { minItems: 1, maxItems: 16, description: '1 to 16 rungs' }),
    escalate: Type.Object(
      {
        severity: Type.Enum(['critical', 'warning', 'info'], { description: "'critical', 'warning' or 'info'" }),
        summary: code('a function of the observation that returns a sentence'),
      },
      { ...closed, description: '{ severity, summary }' },
    ),
  },
  { ...closed, description: 'the object that defineRunbook({...}) returns' },
)

const findShapeFaults = compileShape(runbookSchema)

/** The values of a valid runbook; durations in milliseconds, what is code is left out. */
export type RunbookValues = {
  readonly name: string
  readonly urgency: Urgency
  readonly summary: string
  readonly meaning: string
  readonly impact: string
  readonly mitigation: string
  readonly match: readonly string[]
  /** JSON Schema of the label contract. */
  readonly labels: Readonly<Record<string, unknown>>
  /** JSON Schema of the parameters, every one with a default; `null`: it takes none. */
  readonly parameters: Readonly<Record<string, unknown>> | null
  readonly budgets: readonly string[] | null
  readonly cooldownMs: number | null
  readonly ladder: readonly {
    readonly name: string
    readonly risk: Risk
    readonly verify: readonly Check[]
    readonly withinMs: number
    readonly stableForMs: number
  }[]
  readonly escalationSeverity: string
}

/** The runbook's values, or everything that is wrong with it. */
export type ValidatedRunbook =
  | { readonly ok: true; readonly runbook: RunbookValues }
  | { readonly ok: false; readonly faults: readonly ShapeFault[] }

/** What a module of a runbook ends with. */
export const wantedExport = 'export default defineRunbook({...})'

/** Validates a runbook as plain data. Faults in its shape are reported first; what its parts say together, once it has one. */
export function validateRunbook(value: unknown): ValidatedRunbook {
  if (isUnlikeRunbook(value))
    return { ok: false, faults: [{ path: [], found: describeUnlike(value), expected: wantedExport }] }
  const shapeFaults = findShapeFaults(value)
  if (shapeFaults.length > 0) return { ok: false, faults: shapeFaults }
  const draft = asDraft(value)
  const faults = [
    ...findContractFaults(draft.labels).map((fault) => ({ ...fault, path: ['labels', ...fault.path] })),
    ...findParameterFaults(draft.parameters ?? noParameters).map((fault) => ({
      ...fault,
      path: ['parameters', ...fault.path],
    })),
    ...draft.ladder.flatMap((rung, index) => findRungFaults(rung, ['ladder', index], requiredLabels(draft.labels))),
  ]
  return faults.length > 0 ? { ok: false, faults } : { ok: true, runbook: readValues(draft) }
}

type RungDraft = Omit<RunbookValues['ladder'][number], 'withinMs' | 'stableForMs'> & {
  readonly within: string
  readonly stableFor: string
}

/** No property of a runbook at all: a promise, an empty module, another kind of value. One fault says it better than ten. */
function isUnlikeRunbook(value: unknown): boolean {
  return !isRecord(value) || !Object.keys(value).some((name) => Object.hasOwn(runbookSchema.properties, name))
}

/** A module without any export looks like an empty object as well. */
function describeUnlike(value: unknown): string {
  const isEmpty = isRecord(value) && Object.keys(value).length === 0
  return isEmpty ? 'an empty default export, or none' : `${show(value)} as default export`
}

const noParameters = { type: 'object', properties: {} }

type Draft = Omit<RunbookValues, 'parameters' | 'ladder' | 'budgets' | 'cooldownMs' | 'escalationSeverity'> & {
  readonly parameters?: Readonly<Record<string, unknown>>
  readonly limits?: { readonly budgets?: readonly string[]; readonly cooldown?: string }
  readonly ladder: readonly RungDraft[]
  readonly escalate: { readonly severity: string }
}

function findRungFaults(rung: RungDraft, path: ShapePath, labels: readonly string[]): readonly ShapeFault[] {
  const withinMs = parseDuration(rung.within)
  const stableForMs = parseDuration(rung.stableFor)
  const isRunningAlone = rung.verify.every(({ kind }) => kind === 'running' || kind === 'alertInactive')
  const needsMs = isRunningAlone ? Math.max(stableForMs, runningAloneMs) : stableForMs
  const faults = rung.verify.flatMap((check, index) => findCheckFaults(check, [...path, 'verify', index], labels))
  if (withinMs >= needsMs) return faults
  const why =
    needsMs > stableForMs
      ? 'without a check of what the service does, a proof takes that long'
      : 'the checks must hold that long'
  const fault = {
    path: [...path, 'within'],
    found: show(rung.within),
    expected: `at least '${formatDuration(needsMs)}': ${why}`,
  }
  return [...faults, fault]
}

function findCheckFaults(check: Check, path: ShapePath, labels: readonly string[]): readonly ShapeFault[] {
  if (check.kind === 'probe' && (check.url === undefined) === (check.port === undefined))
    return [{ path, found: check.url === undefined ? 'neither' : 'both', expected: 'exactly one of url and port' }]
  if (check.kind !== 'query') return []
  return [...findReferenceFaults(check.expr, path, labels), ...findWindowFaults(check, path)]
}

/** A proof waits for its window: with a shorter one it would look at data from before the act. */
function findWindowFaults({ expr, window }: QueryCheck, path: ShapePath): readonly ShapeFault[] {
  const longestMs = findLongestRangeMs(expr)
  if (parseDuration(window) >= longestMs) return []
  const expected = `at least '${formatDuration(longestMs)}', the longest range of the expression`
  return [{ path: [...path, 'window'], found: show(window), expected }]
}

function findReferenceFaults(expr: string, path: ShapePath, labels: readonly string[]): readonly ShapeFault[] {
  const references = new Map(findLabelReferences(expr).map((found) => [`${found.name} ${found.isQuoted}`, found]))
  return [...references.values()].flatMap(({ name, isQuoted }) => {
    const found = `$${name}${isQuoted ? '' : ' outside of double quotes'}`
    if (!isQuoted) return [{ path: [...path, 'expr'], found, expected: `"$${name}": only double quotes are safe` }]
    if (labels.includes(name)) return []
    return [{ path: [...path, 'expr'], found, expected: `a label that the contract requires (${labels.join(', ')})` }]
  })
}

function readValues(draft: Draft): RunbookValues {
  const { limits, ladder, escalate, name, urgency, summary, meaning, impact, mitigation, match, labels } = draft
  return {
    name,
    urgency,
    summary,
    meaning,
    impact,
    mitigation,
    match,
    labels,
    parameters: draft.parameters ?? null,
    budgets: limits?.budgets ?? null,
    cooldownMs: limits?.cooldown === undefined ? null : parseDuration(limits.cooldown),
    ladder: ladder.map((rung) => ({
      name: rung.name,
      risk: rung.risk,
      verify: rung.verify,
      withinMs: parseDuration(rung.within),
      stableForMs: parseDuration(rung.stableFor),
    })),
    escalationSeverity: escalate.severity,
  }
}

/** Holds once `findShapeFaults` found nothing: the schema is that of a runbook. */
function asDraft(value: unknown): Draft {
  return value as Draft
}
