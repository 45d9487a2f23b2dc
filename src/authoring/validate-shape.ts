/** Validation of plain values against closed schemas: what lies where, and what should lie there instead. */
import { Ajv, type ErrorObject, type FormatDefinition } from 'ajv'
import { MatcherError, parseMatchers } from '../alert/matcher.ts'
import { BudgetError, parseBudget } from '../guard/parse-budget.ts'
import { durationExpectation, parseDuration } from '../lib/duration.ts'
import { functionMark } from './validate-mark.ts'

/** Where in a value something lies: property names and indices, outermost first. */
export type ShapePath = readonly (string | number)[]

/** One way in which a value breaks its schema. */
export type ShapeFault = { readonly path: ShapePath; readonly found: string; readonly expected: string }

/** Says what is wrong with a text, or `null` when nothing is. */
type Reader = (text: string) => Pick<ShapeFault, 'found' | 'expected'> | null

const readDuration: Reader = (text) => {
  try {
    parseDuration(text)
    return null
  } catch {
    return { found: show(text), expected: durationExpectation }
  }
}

const readSpan: Reader = (text) =>
  readDuration(text) ?? (parseDuration(text) > 0 ? null : { found: show(text), expected: 'a duration above zero' })

const readMatcher: Reader = (text) => {
  try {
    parseMatchers([text])
    return null
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error
    const place = `${error.found} at column ${error.position + 1} of ${show(text)}`
    return { found: place, expected: error.expected }
  }
}

const readBudget: Reader = (text) => {
  try {
    parseBudget(text)
    return null
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error
    return {
      found: error.found === show(text) ? error.found : `${error.found} in ${show(text)}`,
      expected: error.expected,
    }
  }
}

const readAddress: Reader = (text) => {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return null
  return { found: show(text), expected: 'an absolute http or https address without credentials' }
}

const readers: Readonly<Record<string, Reader>> = {
  duration: readDuration,
  span: readSpan,
  matcher: readMatcher,
  budget: readBudget,
  address: readAddress,
}

/**
 * Compiles a JSON Schema into a function that lists every fault of a value; an empty list means that the value is valid.
 * Beside JSON Schema it knows the formats `duration`, `span` (above zero), `matcher`, `budget`, `address` and the
 * keyword `isFunction`. `expected` comes from a schema's `description`. Throws when the schema itself is wrong.
 */
export function compileShape(schema: object): (value: unknown) => readonly ShapeFault[] {
  const formats = Object.entries(readers).map(([name, read]): [string, FormatDefinition<string>] => [
    name,
    { type: 'string', validate: (text: string) => read(text) === null },
  ])
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    discriminator: true,
    strictTypes: false,
    strictRequired: false,
    formats: Object.fromEntries(formats),
  })
  ajv.addKeyword({ keyword: 'isFunction', validate: (_: unknown, data: unknown) => isFunctionMark(data) })
  const validate = ajv.compile(schema)
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(explain))
}

const compiled = new WeakMap<object, (value: unknown) => readonly ShapeFault[]>()

/** The same, compiled once for as long as the schema lives: compiling takes milliseconds. */
export function compileShapeOnce(schema: object): (value: unknown) => readonly ShapeFault[] {
  const find = compiled.get(schema) ?? compileShape(schema)
  compiled.set(schema, find)
  return find
}

/** A value as a fault shows it: short, on one line. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const mark = isRecord(value) ? value[functionMark] : undefined
  if (mark !== undefined) return mark === true ? 'a function' : describeFunction(String(mark))
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 120 ? `${text.slice(0, 120)}...` : text
}

/** A path as people write it: `ladder[0].within`; the empty path is the value itself. */
export function formatPath(path: ShapePath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')
}

function explain(error: ErrorObject): ShapeFault {
  const path = readPointer(error.instancePath)
  const params: Readonly<Record<string, unknown>> = error.params
  const schema: Readonly<Record<string, unknown>> = error.parentSchema ?? {}
  const described = typeof schema.description === 'string' ? schema.description : null
  switch (error.keyword) {
    case 'required': {
      const name = String(params.missingProperty)
      return { path: [...path, name], found: 'nothing', expected: describeProperty(schema, name) }
    }
    case 'additionalProperties': {
      const known = Object.keys(isRecord(schema.properties) ? schema.properties : {})
      const name = String(params.additionalProperty).slice(0, 60)
      return { path: [...path, name], found: 'an unknown property', expected: `one of ${known.join(', ')}` }
    }
    case 'discriminator':
      return {
        path: [...path, String(params.tag)],
        found: show(params.tagValue),
        expected: described ?? 'a known kind',
      }
    case 'format': {
      const fault = readers[String(params.format)]?.(String(error.data))
      return { path, found: fault?.found ?? show(error.data), expected: fault?.expected ?? String(error.message) }
    }
    case 'enum': {
      const allowed = Array.isArray(params.allowedValues) ? params.allowedValues : []
      return { path, found: show(error.data), expected: described ?? `one of ${allowed.map(show).join(', ')}` }
    }
    default:
      return { path, found: show(error.data), expected: described ?? `a value that ${error.message ?? error.keyword}` }
  }
}

function describeProperty(schema: Readonly<Record<string, unknown>>, name: string): string {
  const property = isRecord(schema.properties) ? schema.properties[name] : undefined
  const description = isRecord(property) ? property.description : undefined
  return typeof description === 'string' ? description : 'a value'
}

function readPointer(pointer: string): ShapePath {
  const parts = pointer.split('/').slice(1)
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')))
}

/** `AsyncGeneratorFunction`: "an async generator function". */
function describeFunction(kind: string): string {
  const words = kind.replaceAll(/(?<=.)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()
  return `${/^a/.test(words) ? 'an' : 'a'} ${words.slice(0, 60)}`
}

function isFunctionMark(value: unknown): boolean {
  return isRecord(value) && value[functionMark] === true
}

/** Whether the value is an object with properties: no list, and not `null`. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
