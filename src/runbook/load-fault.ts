/** What a person is told when a runbook's module does not load: what was found where, and what to do. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { RunbookFault } from './fault.ts'
import { type Place, placeOf } from './locate.ts'
import type { ThrownError } from './protocol.ts'

type Cause = Pick<RunbookFault, 'found' | 'expected'>
type Read = (file: string) => string

const ownSyntax: readonly (readonly [RegExp, string, string])[] = [
  [/\benum\b/, 'an enum', "a union of literals or an object 'as const': types are stripped, not compiled"],
  [/namespace|`module`/, 'a namespace', 'exports of a module of its own: types are stripped, not compiled'],
  [
    /parameter property/,
    'a parameter property',
    'a field that the constructor assigns: types are stripped, not compiled',
  ],
  [/import equals|export assignment/, 'an import or export with =', "import ... from '...' and export default"],
  [/angle-bracket/, 'a type assertion in angle brackets', 'value as Type'],
]

/** This package's own modules: no fault of a runbook lies there. */
const ownRoot = new URL('../', import.meta.url).href

/** Explains why a module did not load. `readSource` answers the text of a file, "" where it cannot be read. */
export function explainLoadError(entry: string, error: ThrownError, readSource: Read): RunbookFault {
  const place = findPlace(error) ?? error.parsed
  const file = place?.file ?? findImporter(error, entry)
  const source = readSource(file)
  const imported = place === null ? findImport(source, error) : null
  const cause = explainCause(error, { file, source, place, specifier: imported?.specifier ?? null })
  const at = place ?? imported?.at ?? null
  const found = file === entry ? cause.found : `${cause.found} (imported by ${entry})`
  return { file, ...(at === null ? {} : { line: at.line, column: at.column }), found, expected: cause.expected }
}

type Context = {
  readonly file: string
  readonly source: string
  readonly place: (Place & { readonly file: string }) | null
  /** What the import at fault says, where it was found. */
  readonly specifier: string | null
}

function explainCause(error: ThrownError, context: Context): Cause {
  switch (error.code) {
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX': {
      const known = ownSyntax.find(([pattern]) => pattern.test(error.message))
      return { found: known?.[1] ?? error.message, expected: known?.[2] ?? 'TypeScript whose types can be stripped' }
    }
    case 'ERR_MODULE_NOT_FOUND':
    case 'ERR_UNSUPPORTED_DIR_IMPORT':
    case 'ERR_PACKAGE_PATH_NOT_EXPORTED':
      return explainMissing(error, context.specifier)
    case 'ERR_IMPORT_ATTRIBUTE_MISSING':
      return { found: 'an import of JSON without its type', expected: "import ... with { type: 'json' }" }
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return {
        found: 'TypeScript below node_modules',
        expected: 'a folder outside of node_modules, or JavaScript: types are not stripped below node_modules',
      }
  }
  if (error.name !== 'SyntaxError')
    return {
      found: `${error.name}: ${error.message}`,
      expected: 'a module that defines a runbook and does nothing else',
    }
  return explainSyntax(error, context)
}

function explainSyntax(error: ThrownError, context: Context): Cause {
  const missing = /requested module '(.+)' does not provide an export named '(.+)'/.exec(error.message)
  if (missing !== null) {
    const [, from = '', name = ''] = missing
    if (name === 'default')
      return {
        found: `an import of the default of '${from}', which has none`,
        expected: `import { name } from '${from}'`,
      }
    return {
      found: `an import of ${name}, which is no value that '${from}' exports`,
      expected: `import type { ${name} } if it is a type, else a name that '${from}' exports`,
    }
  }
  if (/import statement outside a module|Unexpected token 'export'/.test(error.message))
    return {
      found: 'import or export in a file that Node takes for CommonJS',
      expected: 'the extension .mts or .mjs, or "type": "module" in the nearest package.json',
    }
  const line = context.source.split('\n')[(context.place?.line ?? 0) - 1] ?? ''
  if (/^\s*(export\s+)?@[A-Za-z_$]/.test(line))
    return { found: 'a decorator', expected: 'a call of a function: types are stripped, not compiled' }
  return { found: `a syntax error: ${error.message}`, expected: 'a module that Node can parse' }
}

function explainMissing(error: ThrownError, specifier: string | null): Cause {
  const bare = /Cannot find package '(.+?)' imported/.exec(error.message)?.[1]
  if (bare !== undefined)
    return {
      found: `an import of '${bare}'`,
      expected: "imports of 'selfheal', of Node's own modules (node:...) and of relative files only",
    }
  const path = /(?:Cannot find module|Directory import) '(.+?)'/.exec(error.message)?.[1] ?? ''
  const name = specifier ?? path.slice(path.lastIndexOf('/') + 1)
  const withExtension = ['.ts', '.mts', '.js', '.mjs', '/index.ts', '/index.js']
  const base = existsSync(path) ? path : path.replace(/\.[mc]?js$/, '')
  const hit = withExtension.find((ending) => existsSync(`${base}${ending}`))
  if (hit !== undefined) {
    const stem = existsSync(path) ? name.replace(/\/+$/, '') : name.replace(/\.[mc]?js$/, '')
    return { found: `an import of '${name}', which is no file`, expected: `the whole file name: '${stem}${hit}'` }
  }
  return { found: `an import of '${name}', which does not exist`, expected: 'a file that exists, with its extension' }
}

/** The place that Node names in the first lines of a syntax error's stack, or in the first frame of author code. */
function findPlace(error: ThrownError): (Place & { readonly file: string }) | null {
  const lines = error.stack.split('\n')
  const head = /^((?:file:\/\/)?\/.+):(\d+)$/.exec(lines[0] ?? '')
  if (head?.[1] !== undefined) {
    const caret = lines.slice(1, 8).find((line) => /^\s*\^+\s*$/.test(line))
    return { file: toPath(head[1]), line: Number(head[2]), column: (caret?.search(/\^/) ?? 0) + 1 }
  }
  if (error.code.startsWith('ERR_')) return null
  const frame = lines
    .map((line) => /\(?(file:\/\/\/[^\s()]+):(\d+):(\d+)\)?$/.exec(line))
    .find((match) => match !== null && !match[1]?.startsWith(ownRoot))
  if (frame?.[1] === undefined) return null
  return { file: toPath(frame[1]), line: Number(frame[2]), column: Number(frame[3]) }
}

function findImporter(error: ThrownError, entry: string): string {
  const importer = /imported from (\/.+)$/.exec(error.message)?.[1]
  return importer === undefined || importer.startsWith(fileURLToPath(ownRoot)) ? entry : importer
}

/** The import that the error speaks of, looked up by its file name. */
function findImport(source: string, error: ThrownError): { readonly at: Place; readonly specifier: string } | null {
  const subject = /(?:module|package|Directory import|Module) ['"](.+?)['"]/.exec(error.message)?.[1]
  const name = subject?.slice(subject.lastIndexOf('/') + 1)
  if (name === undefined || name === '') return null
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = `(?:from|import)\\s*\\(?\\s*['"]((?:[^'"\\n]*/)?${escaped}(?:/[^'"\\n]*)?)['"]`
  const match = new RegExp(pattern).exec(source)
  return match?.[1] === undefined ? null : { at: placeOf(source, match.index), specifier: match[1] }
}

function toPath(place: string): string {
  return place.startsWith('file:') ? fileURLToPath(place) : place
}
