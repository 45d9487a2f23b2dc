/** Loading the configuration: file, environment and flags in; settings, or all faults at once, out. */
import { dirname, resolve } from 'node:path'
import { deepFreeze } from '../lib/deep-freeze.ts'
import { checkMeaning, findWarnings } from './check-meaning.ts'
import { type ConfigFault, type ConfigPath, formatPath } from './config-fault.ts'
import { type ConfigSource, emptySource, type Place, readSource } from './config-source.ts'
import { type Environment, type Substitution, substituteEnvironment } from './environment.ts'
import { checkRouteRunbooks, type KnownRunbook, writtenFolders } from './known-runbooks.ts'
import { partAt } from './part.ts'
import { readSecrets, readText } from './secrets.ts'
import type { Settings, Token } from './settings.ts'
import { resolveFolders, toSettings } from './to-settings.ts'
import { readTokenFile } from './token-file.ts'
import { type SchemaFault, validateConfig } from './validate.ts'

/** Where the configuration comes from. */
export type ConfigInput = {
  /** Without a file the defaults hold. */
  readonly file?: string
  readonly env: Environment
  /** Values that win over the file's, by key: `{ 'log.level': 'debug' }`. */
  readonly flags?: Readonly<Record<string, string>>
  /** Loads the runbooks of folders; with it, routes may only name runbooks that are loaded, and parameters that they take. */
  readonly findRunbooks?: (folders: readonly string[]) => Promise<readonly KnownRunbook[]>
}

type Judged = Pick<Required<ConfigInput>, 'file' | 'env' | 'flags'> & {
  readonly findRunbooks: ConfigInput['findRunbooks'] | undefined
}

/** The settings, or all faults. `isUnreadable`: there was no file to find faults in. `isEmpty`: nothing is written in it. */
export type LoadedConfig =
  | {
      readonly ok: true
      readonly settings: Settings
      readonly warnings: readonly string[]
      readonly isEmpty?: boolean
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[]; readonly isUnreadable: boolean }

/** Loads the configuration. Never rejects for what is wrong with it. Nothing that it answers shows a secret. */
export async function loadConfig({ file, env, flags = {}, findRunbooks }: ConfigInput): Promise<LoadedConfig> {
  if (file === undefined) return judge(emptySource, { file: 'selfheal.yml', env, flags, findRunbooks })
  const text = await readText(file)
  if (typeof text !== 'string') {
    const fault = { file, line: 1, column: 1, path: '', found: text.found, expected: 'a file that can be read' }
    return { ok: false, faults: [fault], isUnreadable: true }
  }
  const source = readSource(file, text)
  if (!('value' in source)) return { ok: false, faults: source, isUnreadable: false }
  return judge(source, { file, env, flags, findRunbooks })
}

async function judge(source: ConfigSource, input: Judged): Promise<LoadedConfig> {
  const folder = dirname(resolve(input.file))
  const overlaid = overlay(source.value, input.flags)
  const { value, substituted, missing } = substituteEnvironment(overlaid, input.env)
  const secrets = await readSecrets(value, folder)
  const isHidden = (path: ConfigPath): boolean =>
    [...substituted, ...secrets.fromFiles].some((hidden) => formatPath(hidden) === formatPath(path))
  const validation = validateConfig(secrets.value, isHidden)
  const tokenFile = await readTokens(secrets.value, folder)
  const unset = missing.map(faultOfMissing)
  const misshapen = [...unset, ...(validation.ok ? [] : validation.faults)]
  const meant = [
    ...checkMeaning(secrets.value, isHidden),
    ...(await checkRunbooks({ config: secrets.value, folder, isHidden, misshapen, findRunbooks: input.findRunbooks })),
  ]
  const found = [
    ...unset,
    // What could not be substituted, or has the wrong shape, has no further faults of its own.
    ...(validation.ok ? [] : outside(unset, validation.faults)),
    ...outside(misshapen, [...meant, ...secrets.faults, ...tokenFile.faults]),
  ]
  const faults = [...found.map((fault) => locate(fault, source, input.flags)), ...tokenFile.lineFaults]
  if (!validation.ok || faults.length > 0) {
    return { ok: false, faults: faults.sort(byPlace), isUnreadable: false }
  }
  const written = secrets.written.filter((path) => !isHidden(path)).map(formatPath)
  const settings = deepFreeze(toSettings(validation.config, tokenFile.tokens, folder))
  return {
    ok: true,
    settings,
    warnings: findWarnings(validation.config, written),
    ...(source.isEmpty && { isEmpty: true }),
  }
}

function faultOfMissing({ path, name }: Substitution['missing'][number]): SchemaFault {
  return { path, isKey: false, found: `\${${name}}`, expected: `the environment variable ${name} to be set` }
}

/** Those faults that are not of a value which another fault is of already; those of keys stay. */
function outside(others: readonly SchemaFault[], faults: readonly SchemaFault[]): readonly SchemaFault[] {
  const paths = new Set(others.filter(({ isKey }) => !isKey).map(({ path }) => formatPath(path)))
  return faults.filter(({ path, isKey }) => isKey || !paths.has(formatPath(path)))
}

type RunbookCheck = Pick<Judged, 'findRunbooks'> & {
  readonly config: unknown
  readonly folder: string
  readonly isHidden: (path: ConfigPath) => boolean
  readonly misshapen: readonly SchemaFault[]
}

async function checkRunbooks(check: RunbookCheck): Promise<readonly SchemaFault[]> {
  const { config, folder, isHidden, misshapen, findRunbooks } = check
  const folders = writtenFolders(config, misshapen)
  if (findRunbooks === undefined || folders === undefined) return []
  return checkRouteRunbooks(config, await findRunbooks(resolveFolders(folders, folder)), isHidden)
}

type Tokens = {
  readonly tokens: readonly Token[]
  readonly faults: readonly SchemaFault[]
  readonly lineFaults: readonly ConfigFault[]
}

async function readTokens(value: unknown, folder: string): Promise<Tokens> {
  const path = ['web', 'token_file']
  const file = partAt(value, path)
  if (typeof file !== 'string') return { tokens: [], faults: [], lineFaults: [] }
  const text = await readText(resolve(folder, file))
  if (typeof text !== 'string') {
    const fault = { path, isKey: false, found: text.found, expected: 'a file that can be read' }
    return { tokens: [], faults: [fault], lineFaults: [] }
  }
  const { tokens, faults } = readTokenFile(resolve(folder, file), text)
  return { tokens, faults: [], lineFaults: faults }
}

/** Values of flags take the place of the file's; what stands in their way is a fault of the schema. */
function overlay(value: unknown, flags: Readonly<Record<string, string>>): unknown {
  const root: unknown = structuredClone(value)
  for (const [key, text] of Object.entries(flags)) {
    const steps = key.split('.')
    const last = steps.pop() ?? ''
    let at: unknown = root
    for (const step of steps) {
      if (typeof at !== 'object' || at === null) break
      if (!Object.hasOwn(at, step)) Object.defineProperty(at, step, { value: {}, enumerable: true, writable: true })
      at = Reflect.get(at, step)
    }
    if (typeof at !== 'object' || at === null) continue
    Object.defineProperty(at, last, { value: text, enumerable: true, writable: true, configurable: true })
  }
  return root
}

function locate(fault: SchemaFault, source: ConfigSource, flags: Readonly<Record<string, string>>): ConfigFault {
  const path = formatPath(fault.path)
  const place: Place = Object.hasOwn(flags, path)
    ? { file: `--${path}`, line: 1, column: 1 }
    : fault.isKey
      ? source.placeOfKey(fault.path)
      : source.placeOf(fault.path)
  return { ...place, path, found: fault.found, expected: fault.expected }
}

function byPlace(a: ConfigFault, b: ConfigFault): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column
}
