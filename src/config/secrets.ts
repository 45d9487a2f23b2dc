/** Secrets of a configuration: read from the files that are named, and checked for what no secret can be. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ConfigPath } from './config-fault.ts'
import type { SchemaFault } from './validate.ts'

/** What reading the secrets led to. */
export type SecretReading = {
  /** The configuration with each secret in the place of the key that named its file. */
  readonly value: unknown
  readonly faults: readonly SchemaFault[]
  /** Values that were read from files: never shown. */
  readonly fromFiles: readonly ConfigPath[]
  /** Secrets that are written in the configuration itself. */
  readonly written: readonly ConfigPath[]
}

type Mapping = Record<string, unknown>
type Reader = Omit<SecretReading, 'value'> & {
  readonly faults: SchemaFault[]
  readonly fromFiles: ConfigPath[]
  readonly written: ConfigPath[]
  readonly folder: string
}

const longestSecret = 64 * 1024

/**
 * Reads `bearer_token_file`, `password_file` and `url_file` of every system that is reached over HTTP. Relative paths
 * start at `folder`; the newline at the end of a file is left out. `value` itself is left as it was.
 */
export async function readSecrets(value: unknown, folder: string): Promise<SecretReading> {
  const copy: unknown = structuredClone(value)
  const reader: Reader = { faults: [], fromFiles: [], written: [], folder }
  const root = asMapping(copy) ?? {}
  await readEndpoint(reader, root.prometheus, ['prometheus'])
  for (const [path, list] of [
    [['alertmanagers'], root.alertmanagers],
    [['escalation', 'webhooks'], asMapping(root.escalation)?.webhooks],
  ] as const) {
    if (!Array.isArray(list)) continue
    for (const [index, item] of list.entries()) await readEndpoint(reader, item, [...path, index])
  }
  return { ...reader, value: copy }
}

async function readEndpoint(reader: Reader, value: unknown, path: ConfigPath): Promise<void> {
  const endpoint = asMapping(value)
  if (endpoint === undefined) return
  const basic = asMapping(endpoint.basic_auth)
  if (path.includes('webhooks')) await readOne(reader, endpoint, [...path, 'url'])
  await readOne(reader, endpoint, [...path, 'bearer_token'])
  if (basic !== undefined) await readOne(reader, basic, [...path, 'basic_auth', 'password'])
  const needed = path.includes('webhooks') && endpoint.url === undefined && endpoint.url_file === undefined
  if (needed) refuse(reader, path, 'neither url nor url_file', 'one of them')
  if (basic !== undefined && basic.password === undefined && basic.password_file === undefined) {
    refuse(reader, [...path, 'basic_auth'], 'neither password nor password_file', 'one of them')
  }
  if (basic !== undefined && (endpoint.bearer_token !== undefined || endpoint.bearer_token_file !== undefined)) {
    refuse(reader, path, 'both basic_auth and a bearer token', 'one of them')
  }
}

/** Puts the content of the file that `<key>_file` names into `key`. */
async function readOne(reader: Reader, holder: Mapping, path: ConfigPath): Promise<void> {
  const key = String(path.at(-1))
  const fileKey = `${key}_file`
  const filePath = [...path.slice(0, -1), fileKey]
  const file = holder[fileKey]
  if (holder[key] !== undefined && key !== 'url') reader.written.push(path)
  if (typeof file !== 'string') return
  if (holder[key] !== undefined) {
    refuse(reader, filePath, `both ${key} and ${fileKey}`, 'one of them')
    return
  }
  const read = await readText(resolve(reader.folder, file))
  if (typeof read !== 'string') {
    refuse(reader, filePath, read.found, 'a file that can be read')
    return
  }
  const secret = read.replace(/\r?\n$/, '')
  if (secret === '' || secret.length > longestSecret) {
    refuse(reader, filePath, secret === '' ? 'an empty file' : 'a file that is too large', 'a file with one secret')
    return
  }
  holder[key] = secret
  delete holder[fileKey]
  reader.fromFiles.push(path)
}

/** The text of a file, or why it cannot be read, in words that do not depend on the machine. */
export async function readText(file: string): Promise<string | { readonly found: string }> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    const words = new Map([
      ['ENOENT', 'no such file'],
      ['EACCES', 'a file that may not be read'],
      ['EISDIR', 'a folder'],
    ])
    return { found: words.get(code) ?? `a file that cannot be read (${code})` }
  }
}

function refuse(reader: Reader, path: ConfigPath, found: string, expected: string): void {
  reader.faults.push({ path, isKey: false, found, expected })
}

function asMapping(value: unknown): Mapping | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Mapping) : undefined
}
