/** Parameters: values by which a runbook can be tuned without touching its code, and their schema. */
import type { Parameters } from './observation.ts'
import { compileShape, formatPath, isRecord, type ShapeFault, show } from './validate-shape.ts'

/** The schema of a runbook's parameters as JSON Schema; `null`: it takes none. */
export type ParameterSchema = Readonly<Record<string, unknown>> | null

/** All parameters with the defaults filled in, or everything that is wrong with those that were given, in words. */
export type ReadParameters =
  | { readonly ok: true; readonly parameters: Parameters }
  | { readonly ok: false; readonly found: string }

const scalars = ['string', 'number', 'integer', 'boolean']
const nameForm = /^[A-Za-z_][A-Za-z0-9_]*$/

const compiled = new WeakMap<object, (given: unknown) => readonly ShapeFault[]>()

/**
 * Checks the given parameters and fills in the defaults of the others; nothing is converted: `"3"` is no number. A name
 * that the schema does not have is a fault. Throws when the schema itself was never valid: see `findParameterFaults`.
 */
export function fillParameters(schema: ParameterSchema, given: Parameters): ReadParameters {
  const properties = propertiesOf(schema)
  const filled = Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, property.default]))
  const parameters = { ...filled, ...given }
  if (schema === null) {
    const names = Object.keys(given)
    if (names.length === 0) return { ok: true, parameters: {} }
    return { ok: false, found: `parameter ${names.join(', ')}: the runbook takes none` }
  }
  const find = compiled.get(schema) ?? compileShape({ ...schema, additionalProperties: false })
  compiled.set(schema, find)
  const faults = find(parameters)
  if (faults.length === 0) return { ok: true, parameters: asParameters(parameters) }
  const words = faults.map(
    (fault) => `parameter ${formatPath(fault.path)}: found ${fault.found}, expected ${fault.expected}`,
  )
  return { ok: false, found: words.slice(0, 5).join('; ') }
}

/** Faults of the schema itself: each parameter is a text, a number, an integer or a boolean, and has a default that fits. */
export function findParameterFaults(schema: Readonly<Record<string, unknown>>): readonly ShapeFault[] {
  if (schema.type !== 'object' || !isRecord(schema.properties))
    return [{ path: [], found: show(schema), expected: 'Type.Object({...}) with one schema per parameter' }]
  if (schema.additionalProperties !== undefined) {
    const found = show(schema.additionalProperties)
    return [{ path: ['additionalProperties'], found, expected: 'nothing: the parameters are those that are named' }]
  }
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    findPropertyFaults(name, property).map((fault) => ({ ...fault, path: [name, ...fault.path] })),
  )
}

function findPropertyFaults(name: string, property: unknown): readonly ShapeFault[] {
  if (!nameForm.test(name))
    return [{ path: [], found: show(name), expected: 'a name of letters, digits and _, no digit first' }]
  if (!isRecord(property) || !isScalar(property)) {
    const expected = 'Type.String, Type.Number, Type.Integer, Type.Boolean, or a choice of such values'
    return [{ path: [], found: show(property), expected }]
  }
  if (property.default === undefined)
    return [{ path: [], found: 'no default', expected: `a default, such as Type.Number({ default: 3 })` }]
  try {
    return compileShape(property)(property.default).map(({ found, expected }) => ({
      path: [],
      found: `a default that breaks the schema itself: ${found}`,
      expected,
    }))
  } catch (error) {
    return [
      { path: [], found: error instanceof Error ? error.message : String(error), expected: 'a valid JSON Schema' },
    ]
  }
}

function isScalar(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  if (typeof schema.type === 'string') return scalars.includes(schema.type)
  if (schema.const !== undefined) return scalars.includes(typeof schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.every((value) => scalars.includes(typeof value))
  return Array.isArray(schema.anyOf) && schema.anyOf.length > 0 && schema.anyOf.every(isScalar)
}

function propertiesOf(schema: ParameterSchema): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const properties = isRecord(schema?.properties) ? schema.properties : {}
  return Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, Fields] => isRecord(entry[1])))
}

type Fields = Readonly<Record<string, unknown>>

/** Holds once a schema of scalars found no fault. */
function asParameters(value: Readonly<Record<string, unknown>>): Parameters {
  return value as Parameters
}
