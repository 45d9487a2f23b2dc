/** Who may import whom: the layering of the program, as a table that is checked against every file. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const longestFile = 350

const core = ['lib', 'alert', 'authoring', 'guard', 'incident'] as const
const settings = 'config/settings.ts'
const adapters = [
  'docker',
  'probe',
  'prometheus',
  'alertmanager',
  'escalation',
  'runbook',
  'store',
  'http',
  'schedule',
  'telemetry',
] as const

/** Each folder or file of src/ and what it may import beside itself: folders, or single files. `lib` stands on its own. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  alert: ['lib'],
  authoring: ['lib', 'alert', 'guard/parse-budget.ts'],
  incident: ['lib', 'alert', 'authoring', 'guard'],
  guard: ['lib', 'alert', 'authoring', 'incident', settings],
  config: core,
  'alertmanager-config': ['lib', 'alert', 'config'],
  'prometheus-rules': ['lib', 'alert', 'authoring', 'config'],
  remediation: [...core, settings],
  ...Object.fromEntries(adapters.map((adapter) => [adapter, [...core, 'remediation', settings]])),
  // The engine in memory, for authors: its storage is the real one.
  testing: [...core, 'remediation', 'store', settings],
  app: [...core, ...adapters, 'config', 'remediation'],
  'app.ts': [...core, ...adapters, 'config', 'remediation', 'app'],
  cli: [...core, ...adapters, 'alertmanager-config', 'prometheus-rules', 'config', 'remediation', 'app', 'app.ts'],
  'main.ts': ['lib', 'cli', 'app', 'app.ts', 'config'],
}

/** Libraries, and the only folders that may import them. What is not named here is Node's own, or forbidden. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  typebox: [
    'alert',
    'alertmanager',
    'authoring',
    'config',
    'docker',
    'http',
    'probe',
    'prometheus',
    'escalation',
    'testing',
  ],
  ajv: ['alert', 'alertmanager', 'authoring', 'config', 'docker', 'http', 'probe', 'prometheus', 'escalation'],
  re2js: ['alert', 'lib'],
  yaml: ['config'],
  dockerode: ['docker'],
  'better-sqlite3': ['store'],
  express: ['http'],
  'pino-http': ['http', 'telemetry'],
  pino: ['app.ts', 'app', 'cli', 'http', 'telemetry'],
  'prom-client': ['telemetry', 'http', 'app', 'app.ts'],
  'node-cron': ['schedule'],
  commander: ['cli', 'main.ts'],
}

/** Node's modules that reach beyond the process: not for the pure core, nor for the engine. */
const outside =
  /^node:(?:fs|http|https|http2|net|tls|dns|dgram|child_process|worker_threads|cluster|os|process|timers)\b/
const pure = ['alert', 'alertmanager-config', 'authoring', 'guard', 'incident', 'remediation']

type SourceFile = { readonly path: string; readonly text: string }

function read(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.[mc]?[jt]sx?$/.test(name) && !name.includes('node_modules'))
    .map((name) => posix.join(folder, name))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}])\/\/[^\n]*/g, ' ')
}

/** Everything that a file imports: static, re-exported, for its types only, or dynamic. */
function importsOf(file: SourceFile): readonly string[] {
  const text = withoutComments(file.text)
  const statements = text.matchAll(/(?:^|[;\n])\s*(?:import|export)\b(?:[^'"`;=]*?\bfrom)?\s*(['"])([^'"\n]+)\1/g)
  const calls = text.matchAll(/\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1/g)
  return [...statements, ...calls].map((match) => match[2] ?? '')
}

/** The part of src/ that a path belongs to: its folder, or itself for a file that lies in src/. */
function partOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function faultOfImport(path: string, specifier: string): string | null {
  const part = partOf(path)
  const allowed = mayImport[part]
  if (allowed === undefined) return `${path}: ${part} is not in the table of layers`
  if (specifier.startsWith('node:')) {
    return pure.includes(part) && outside.test(specifier) ? `${path}: ${part} is pure, and imports ${specifier}` : null
  }
  if (!specifier.startsWith('.')) {
    const isAllowed = Object.hasOwn(libraries, specifier) && libraries[specifier]?.includes(part)
    return isAllowed ? null : `${path}: ${part} may not import the library ${specifier}`
  }
  const target = posix.normalize(posix.join(posix.dirname(path), specifier))
  const other = partOf(target)
  if (!target.startsWith('src/')) return `${path} imports ${target}, which is outside of src/`
  if (other === part || allowed.includes(other) || allowed.includes(target.slice('src/'.length))) return null
  return `${path}: ${part} may not import ${target}`
}

/** Every breach of the rules for src/. */
function faultsOf(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const { path } = file
    const text = withoutComments(file.text)
    const part = partOf(path)
    const faults = importsOf(file).map((specifier) => faultOfImport(path, specifier))
    const lines = file.text.split('\n').length - 1
    if (lines > longestFile) faults.push(`${path} has ${lines} lines, at most ${longestFile} are allowed`)
    if (/\bprocess\s*\.\s*env\b/.test(text) && !['config', 'cli', 'main.ts'].includes(part))
      faults.push(`${path} reads the environment`)
    if (/\bconsole\s*\./.test(text) && part !== 'cli') faults.push(`${path} writes to the console`)
    if (/\bimport\s*\(\s*[^'"\s]/.test(text) && path !== 'src/runbook/worker.ts')
      faults.push(`${path} imports what cannot be known`)
    if (/^export default\b/m.test(text)) faults.push(`${path} has a default export`)
    return faults.filter((fault) => fault !== null)
  })
}

/** Every breach of the rule for the shipped runbooks: they import what any author's do. */
function runbookFaultsOf(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((specifier) => specifier !== 'selfheal')
      .map((specifier) => `${file.path} imports ${specifier}, expected 'selfheal' only`),
  )
}

const source = read('src')

describe('the layering', () => {
  test('holds in every file', () => {
    expect(faultsOf(source)).toEqual([])
  })

  test('was looked for in a sensible number of files and imports', () => {
    expect(source.length).toBeGreaterThan(60)
    expect(source.flatMap(importsOf).length).toBeGreaterThan(2 * source.length)
    expect(source.filter((file) => importsOf(file).length > 0).length).toBeGreaterThan(0.7 * source.length)
    expect(importsOf(source.find(({ path }) => path === 'src/runbook/host.ts') ?? { path: '', text: '' })).toContain(
      '../remediation/ports.ts',
    )
  })

  test('names every folder of src/, and none that is gone', () => {
    const parts = new Set(source.map(({ path }) => partOf(path)))
    expect([...parts].toSorted()).toEqual(Object.keys(mayImport).toSorted())
  })

  test.each([
    ['src/guard/a.ts', "import { b } from '../docker/b.ts'", 'guard may not import src/docker/b.ts'],
    ['src/remediation/checks/a.ts', "import { b } from '../../store/b.ts'", 'may not import src/store/b.ts'],
    ['src/docker/a.ts', "import type { B } from '../store/b.ts'", 'docker may not import src/store/b.ts'],
    ['src/docker/a.ts', "import { b } from '../config/load.ts'", 'docker may not import src/config/load.ts'],
    ['src/http/a.ts', "export * from '../app.ts'", 'http may not import src/app.ts'],
    ['src/lib/a.ts', 'import {\n  b,\n  c,\n} from "../alert/b.ts"', 'lib may not import src/alert/b.ts'],
    ['src/alert/a.ts', "import '../incident/b.ts'", 'alert may not import src/incident/b.ts'],
    ['src/store/a.ts', "const b = await import('../http/b.ts')", 'store may not import src/http/b.ts'],
    ['src/cli/a.ts', "import { b } from '../../test/support/b.ts'", 'outside of src/'],
    ['src/http/a.ts', "import Database from 'better-sqlite3'", 'http may not import the library better-sqlite3'],
    ['src/lib/a.ts', "import chunk from 'lodash'", 'lib may not import the library lodash'],
    ['src/guard/a.ts', "import { readFileSync } from 'node:fs'", 'guard is pure, and imports node:fs'],
    ['src/remediation/a.ts', "import { setTimeout } from 'node:timers/promises'", 'is pure, and imports node:timers'],
    ['src/plugins/a.ts', "import { b } from '../lib/b.ts'", 'plugins is not in the table of layers'],
    ['src/docker/a.ts', 'const host = process.env.DOCKER_HOST', 'reads the environment'],
    ['src/docker/a.ts', 'console.log(1)', 'writes to the console'],
    ['src/docker/a.ts', 'const b = await import(name)', 'imports what cannot be known'],
    ['src/docker/a.ts', 'export default 1', 'has a default export'],
    ['src/docker/a.ts', 'const a = 1\n'.repeat(351), 'has 351 lines'],
  ])('is broken by %s with %j', (path, text, fault) => {
    expect(faultsOf([{ path, text }])).toEqual([expect.stringContaining(fault)])
  })

  test.each([
    ['src/docker/a.ts', "import { b } from './b.ts'\nimport type { C } from '../remediation/ports.ts'"],
    ['src/guard/a.ts', "import type { Budget } from '../config/settings.ts'"],
    [
      'src/lib/a.ts',
      "/** As `import { b } from '../docker/b.ts'` would. */\n// import '../docker/b.ts'\nconst url = 'a//b'",
    ],
    ['src/app.ts', "import { a } from './docker/a.ts'"],
  ])('is kept by %s with %j', (path, text) => {
    expect(faultsOf([{ path, text }])).toEqual([])
  })
})

describe('the shipped runbooks', () => {
  const runbooks = read('runbooks')

  test("import only 'selfheal'", () => {
    expect(runbooks.length).toBeGreaterThanOrEqual(2)
    expect(runbooks.every((file) => importsOf(file).includes('selfheal'))).toBe(true)
    expect(runbookFaultsOf(runbooks)).toEqual([])
  })

  test('would be found out', () => {
    const text = "import { restart } from '../src/authoring/index.ts'"
    expect(runbookFaultsOf([{ path: 'runbooks/a.ts', text }])).toHaveLength(1)
  })
})
