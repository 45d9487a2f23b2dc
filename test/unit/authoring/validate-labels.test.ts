import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Type } from '../../../src/authoring/index.ts'
import { explainInvalidLabels, findContractFaults, requiredLabels } from '../../../src/authoring/validate-labels.ts'

const contract = (schema: object): Readonly<Record<string, unknown>> => JSON.parse(JSON.stringify(schema))
const service = contract(
  Type.Object({
    service: Type.String({ pattern: '^[a-z]+$' }),
    tier: Type.Optional(Type.Union([Type.Literal('a'), Type.Literal('b')])),
  }),
)

describe('explainInvalidLabels', () => {
  test('allows labels that the contract does not name', () => {
    expect(explainInvalidLabels(service, { service: 'web', alertname: 'Down', tier: 'a' })).toBeNull()
  })

  test('names every label at fault', () => {
    expect(explainInvalidLabels(service, { tier: 'c' })).toMatch(
      /^label service: found nothing, .*; label tier: found "c"/,
    )
  })

  test('shows hostile values escaped and short', () => {
    const text = explainInvalidLabels(service, { service: `\u0000\n${'"'.repeat(1000)}` }) ?? ''
    expect(text).toMatch(/^label service: found "\\u0000\\n/)
    expect(text.length).toBeLessThan(300)
    expect(text).not.toMatch(/\p{Cc}/u)
  })

  test('takes labels named like properties of every object for what they are', () => {
    expect(explainInvalidLabels(service, JSON.parse('{"service":"web","__proto__":"x","constructor":"y"}'))).toBeNull()
    expect(explainInvalidLabels(contract(Type.Object({ constructor: Type.String() })), {})).toMatch(
      /^label constructor/,
    )
  })

  test('answers for any labels', () => {
    const labels = fc.dictionary(fc.oneof(fc.string(), fc.constant('service')), fc.string())
    fc.assert(
      fc.property(labels, (given) => {
        const isFine = Object.hasOwn(given, 'service') && /^[a-z]+$/.test(given.service ?? '')
        const hasTier = Object.hasOwn(given, 'tier')
        return hasTier || (explainInvalidLabels(service, given) === null) === isFine
      }),
    )
  })
})

describe('findContractFaults', () => {
  test('finds none in a contract of strings', () => {
    expect(findContractFaults(service)).toEqual([])
    expect(findContractFaults(contract(Type.Object({})))).toEqual([])
  })

  test.each([
    ['no object', contract(Type.String())],
    ['a number', contract(Type.Object({ a: Type.Number() }))],
    ['a union with a number', contract(Type.Object({ a: Type.Union([Type.String(), Type.Number()]) }))],
    ['a closed object', contract(Type.Object({}, { additionalProperties: false }))],
    ['a pattern that is none', contract(Type.Object({ a: Type.String({ pattern: '(' }) }))],
    ['a format that nobody checks', contract(Type.Object({ a: Type.String({ format: 'ipv4' }) }))],
  ])('finds %s', (_, schema) => {
    expect(findContractFaults(schema)).toHaveLength(1)
  })
})

test('requiredLabels are those that every alert has', () => {
  expect(requiredLabels(service)).toEqual(['service'])
  expect(requiredLabels({})).toEqual([])
})
