/** Checks a configuration against its schema, fills in the defaults, and tells all faults in words. */
import { Ajv, type AnySchemaObject, type ErrorObject } from 'ajv'
import { redactSecrets } from '../lib/redact.ts'
import { type ConfigPath, formatPath } from './config-fault.ts'
import { formats } from './formats.ts'
import { type ConfigFile, configSchema, secretKeys } from './schema.ts'
import { suggest } from './suggest.ts'

/** A fault that does not know yet where it was written. `isKey`: the key itself is meant, not its value. */
export type SchemaFault = {
  readonly path: ConfigPath
  readonly isKey: boolean
  readonly found: string
  readonly expected: string
}

/** A configuration that holds to the schema, or all of its faults. */
export type Validation =
  | { readonly ok: true; readonly config: ConfigFile }
  | { readonly ok: false; readonly faults: readonly SchemaFault[] }

/** Keys that people know from Alertmanager's routes, and what stands for them here. */
const foreignKeys: Readonly<Record<string, string>> = {
  continue: 'no such key: one alert goes to one runbook, so the first route that holds decides',
  matchers: 'the key match',
  receiver: 'the key runbook',
}

const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true, useDefaults: true, verbose: true })
for (const [name, check] of Object.entries(formats)) ajv.addFormat(name, (text) => check(text) === undefined)
const isConfig = ajv.compile<ConfigFile>(configSchema)

/**
 * Validates plain values; they are left as they were. `isHidden` says which values may not be shown in a fault, besides
 * those that are secrets by their key.
 */
export function validateConfig(value: unknown, isHidden: (path: ConfigPath) => boolean): Validation {
  const config: unknown = structuredClone(value)
  if (isConfig(config)) return { ok: true, config }
  const faults = (isConfig.errors ?? []).map((error) => describe(error, isHidden))
  const unique = new Map(faults.map((fault) => [`${formatPath(fault.path)} ${fault.expected}`, fault]))
  return { ok: false, faults: [...unique.values()] }
}

function describe(error: ErrorObject, isHidden: (path: ConfigPath) => boolean): SchemaFault {
  const path = readPointer(error.instancePath)
  const schema = error.parentSchema ?? {}
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params.additionalProperty)
    const known = Object.keys(schema.properties ?? {})
    const foreign = path[0] === 'routes' && Object.hasOwn(foreignKeys, key) ? foreignKeys[key] : undefined
    const found = foreign === undefined ? 'an unknown key' : "a key of Alertmanager's routes"
    return { path: [...path, key], isKey: true, found, expected: foreign ?? expectKey(key, known) }
  }
  if (error.keyword === 'required') {
    const key = String(error.params.missingProperty)
    return { path, isKey: false, found: `no ${key}`, expected: `the key ${key}` }
  }
  const shown = showValue(error.data, isSecret(path, schema) || isHidden(path))
  const wrong = typeof schema.format === 'string' ? formats[schema.format]?.(String(error.data)) : undefined
  return { path, isKey: false, found: wrong?.found ?? shown, expected: wrong?.expected ?? expectation(error) }
}

function expectKey(key: string, known: readonly string[]): string {
  const near = suggest(key, known)
  return near === undefined ? `one of ${known.join(', ')}` : `a known key (did you mean ${near}?)`
}

function expectation(error: ErrorObject): string {
  const schema = error.parentSchema ?? {}
  if (Array.isArray(schema.type)) return 'a text, a number or a boolean'
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.join(', ')}`
  if (error.keyword === 'minItems') return 'at least one entry'
  if (error.keyword === 'minLength') return 'a text that is not empty'
  if (error.keyword === 'minimum' || error.keyword === 'maximum') return `${schema.minimum} to ${schema.maximum}`
  const words = {
    object: 'a mapping',
    array: 'a list',
    string: 'a text',
    integer: 'a whole number',
    boolean: 'true or false',
  }
  return Object.entries(words).find(([type]) => type === schema.type)?.[1] ?? 'another value'
}

function isSecret(path: ConfigPath, schema: AnySchemaObject): boolean {
  return secretKeys.includes(String(path.at(-1))) || schema.format === 'http-address-with-query'
}

/** A value as a fault shows it: in short, and not at all where it is hidden. */
export function showValue(value: unknown, isHidden: boolean): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (isHidden) return 'a value that is not shown'
  return typeof value === 'string' ? JSON.stringify(redactSecrets(value.slice(0, 100))) : String(value)
}

/** JSON pointer to path; indexes of lists become numbers. */
function readPointer(pointer: string): ConfigPath {
  if (pointer === '') return []
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}
