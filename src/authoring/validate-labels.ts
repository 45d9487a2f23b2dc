/** The label contract: what a runbook demands of an alert's labels before it looks at anything. */
import {
  compileShape,
  compileShapeOnce,
  formatPath,
  isRecord,
  type ShapeFault,
  type ShapePath,
  show,
} from './validate-shape.ts'

/** A label contract as JSON Schema. */
export type LabelSchema = Readonly<Record<string, unknown>>

/** Longest label value that a contract is asked about, in UTF-16 units: bounds what an author's pattern can cost. */
const longestValue = 4096

/**
 * Answers why the labels break the contract, for a person, or `null` when they hold. Labels that the contract does not
 * name are allowed. Throws when the contract itself was never valid: see `findContractFaults`.
 */
export function explainInvalidLabels(contract: LabelSchema, labels: Readonly<Record<string, string>>): string | null {
  const named = Object.keys(isRecord(contract.properties) ? contract.properties : {})
  const long = named.find((name) => (Object.hasOwn(labels, name) ? (labels[name] ?? '') : '').length > longestValue)
  if (long !== undefined) return `label ${long}: found more than ${longestValue} characters`
  const faults = compileShapeOnce(contract)(labels)
  if (faults.length === 0) return null
  return faults
    .slice(0, 5)
    .map((fault) => `label ${formatPath(fault.path)}: found ${fault.found}, expected ${fault.expected}`)
    .join('; ')
}

/** Faults of a label contract itself: labels are strings, and those that it does not name are always allowed. */
export function findContractFaults(contract: LabelSchema): readonly ShapeFault[] {
  const faults: ShapeFault[] = []
  if (contract.type !== 'object' || !isRecord(contract.properties))
    return [{ path: [], found: show(contract), expected: 'Type.Object({...}) with one schema per label' }]
  if (contract.additionalProperties !== undefined)
    faults.push({
      path: ['additionalProperties'],
      found: show(contract.additionalProperties),
      expected: 'nothing: labels that the contract does not name are always allowed',
    })
  for (const [name, schema] of Object.entries(contract.properties)) {
    const expected = 'a schema of strings: the value of a label is always a string'
    if (isAboutStrings(schema)) faults.push(...findCompileFault(schema, [name]))
    else faults.push({ path: [name], found: show(schema), expected })
  }
  return faults.length > 0 ? faults : findCompileFault(contract, [])
}

/** Names of the labels that every alert has that satisfies the contract. */
export function requiredLabels(contract: LabelSchema): readonly string[] {
  const required = contract.required
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

function isAboutStrings(schema: unknown): schema is LabelSchema {
  if (!isRecord(schema)) return false
  if (schema.type === 'string' || typeof schema.const === 'string') return true
  if (Array.isArray(schema.enum)) return schema.enum.every((value) => typeof value === 'string')
  const branches = schema.anyOf ?? schema.oneOf ?? schema.allOf
  return Array.isArray(branches) && branches.length > 0 && branches.every(isAboutStrings)
}

function findCompileFault(contract: LabelSchema, path: ShapePath): readonly ShapeFault[] {
  try {
    compileShape(contract)
    return []
  } catch (error) {
    return [
      {
        path,
        found: error instanceof Error ? error.message : String(error),
        expected: 'a valid JSON Schema, such as Type.String()',
      },
    ]
  }
}
