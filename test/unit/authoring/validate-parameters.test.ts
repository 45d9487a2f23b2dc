import { describe, expect, test } from 'vitest'
import { defineRunbook, restart, running, Type } from '../../../src/authoring/index.ts'
import { anObservation, planFor } from '../../../src/authoring/testing.ts'
import { functionMark } from '../../../src/authoring/validate-mark.ts'
import { fillParameters, findParameterFaults } from '../../../src/authoring/validate-parameters.ts'
import { validateRunbook } from '../../../src/authoring/validate-runbook.ts'
import { formatPath } from '../../../src/authoring/validate-shape.ts'

const schema = Type.Object({
  patience: Type.Integer({ minimum: 1, default: 3 }),
  ratio: Type.Number({ default: 0.5 }),
  level: Type.Enum(['low', 'high'], { default: 'low' }),
  strategy: Type.Union([Type.Literal('all'), Type.Literal('rolling')], { default: 'rolling' }),
  isEager: Type.Boolean({ default: false }),
  note: Type.Optional(Type.String({ maxLength: 5, default: '' })),
})
const plain: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(schema))
const defaults = { patience: 3, ratio: 0.5, level: 'low', strategy: 'rolling', isEager: false, note: '' }

describe('fillParameters', () => {
  test('fills in the defaults of what is not given', () => {
    expect(fillParameters(plain, {})).toEqual({ ok: true, parameters: defaults })
    expect(fillParameters(plain, { patience: 7, isEager: true })).toEqual({
      ok: true,
      parameters: { ...defaults, patience: 7, isEager: true },
    })
  })

  test.each([
    [{ patience: '7' }, 'parameter patience: found "7", expected'],
    [{ patience: 0 }, 'parameter patience: found 0, expected'],
    [{ patience: 1.5 }, 'parameter patience: found 1.5, expected'],
    [{ level: 'medium' }, 'parameter level: found "medium", expected one of "low", "high"'],
    [{ strategy: 'fast' }, 'parameter strategy: found "fast", expected'],
    [{ note: 'too long' }, 'parameter note: found "too long", expected'],
    [{ pateince: 7 }, 'parameter pateince: found an unknown property, expected one of patience, ratio'],
  ])('refuses %j', (given, found) => {
    expect(fillParameters(plain, given)).toEqual({ ok: false, found: expect.stringContaining(found) })
  })

  test('tells everything that is wrong at once', () => {
    expect(fillParameters(plain, { patience: 'a', ratio: 'b' })).toMatchObject({
      ok: false,
      found: expect.stringMatching(/patience.*; parameter ratio/),
    })
  })

  test('takes none where the runbook has none', () => {
    expect(fillParameters(null, {})).toEqual({ ok: true, parameters: {} })
    expect(fillParameters(null, { a: 1 })).toEqual({ ok: false, found: 'parameter a: the runbook takes none' })
  })
})

describe('a schema of parameters', () => {
  const faultsOf = (value: object) =>
    findParameterFaults(JSON.parse(JSON.stringify(value))).map(({ path, found }) => `${formatPath(path)}: ${found}`)

  test('may hold texts, numbers, integers, booleans and choices', () => {
    expect(faultsOf(schema)).toEqual([])
    expect(faultsOf(Type.Object({}))).toEqual([])
  })

  test.each([
    ['a list', Type.Object({ hosts: Type.Array(Type.String(), { default: [] }) }), 'hosts: {"type":"array"'],
    ['what has no default', Type.Object({ patience: Type.Integer() }), 'patience: no default'],
    ['a default of another type', Type.Object({ a: Type.Integer({ default: '3' }) }), 'a: a default that breaks'],
    [
      'a default out of range',
      Type.Object({ a: Type.Integer({ default: 3, maximum: 2 }) }),
      'a: a default that breaks',
    ],
    ['a name that is none', Type.Object({ 'a-b': Type.Boolean({ default: true }) }), 'a-b: "a-b"'],
    ['a schema that is none', Type.Object({ a: Type.String({ default: '', pattern: '(' }) }), 'a: '],
    ['a record', Type.Record(Type.String(), Type.Number()), ': {'],
    ['an open object', Type.Object({}, { additionalProperties: true }), 'additionalProperties: true'],
  ])('refuses %s', (_, value, found) => {
    expect(faultsOf(value)).toEqual([expect.stringContaining(found)])
  })
})

const tuned = defineRunbook({
  name: 'tuned',
  urgency: 'errors',
  summary: 's',
  meaning: 'm',
  impact: 'i',
  mitigation: 'm',
  match: ['a="b"'],
  labels: Type.Object({}),
  parameters: schema,
  ladder: [
    {
      name: 'restart',
      risk: 'low',
      when: ({ parameters }) => parameters.patience > 2,
      plan: ({ target, parameters }) => [restart(target, { strategy: parameters.strategy })],
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
  ],
  escalate: { severity: 'critical', summary: ({ parameters }) => parameters.level },
})

describe('a runbook with parameters', () => {
  test('shows their schema, and where they are wrong', () => {
    const mark = (_: string, value: unknown) => (typeof value === 'function' ? { [functionMark]: true } : value)
    const described = JSON.parse(JSON.stringify(tuned, mark))
    expect(validateRunbook(described)).toMatchObject({ ok: true, runbook: { parameters: { type: 'object' } } })
    const broken = validateRunbook({
      ...described,
      parameters: { type: 'object', properties: { a: { type: 'string' } } },
    })
    expect(broken).toMatchObject({ ok: false, faults: [{ path: ['parameters', 'a'], found: 'no default' }] })
  })

  test('is planned with the defaults, or with what the test gives', () => {
    expect(planFor(tuned, { labels: {} })).toMatchObject([{ skipped: false, actions: [{ strategy: 'rolling' }] }])
    const eager = anObservation({ parameters: { strategy: 'all' } })
    expect(planFor(tuned, { labels: {} }, eager)).toMatchObject([{ actions: [{ strategy: 'all' }] }])
    const patient = anObservation({ parameters: { patience: 1 } })
    expect(planFor(tuned, { labels: {} }, patient)).toMatchObject([{ skipped: true }])
  })

  test('is not planned with parameters that do not fit', () => {
    expect(() => planFor(tuned, { labels: {} }, anObservation({ parameters: { patience: 'much' } }))).toThrow(
      'the parameters do not fit tuned: parameter patience: found "much"',
    )
  })
})
