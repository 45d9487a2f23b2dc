/** Prometheus' rule files, as far as they say when an alert ends: names, static labels and `keep_firing_for`. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readSource } from '../config/config-source.ts'
import { parseDuration } from '../lib/duration.ts'

/** One alerting rule. */
export type AlertingRule = {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly alertname: string
  /** The labels that the rule itself sets to a fixed text; templates and the labels of the series are not known. */
  readonly labels: Readonly<Record<string, string>>
  readonly keepFiringForMs: number
}

/** What is wrong with a rule file. */
export type RuleFault = { readonly file: string; readonly line?: number; readonly column?: number } & {
  readonly found: string
  readonly expected: string
}

/** The rules, and what could not be read. */
export type ReadRules = { readonly rules: readonly AlertingRule[]; readonly faults: readonly RuleFault[] }

const wanted = 'a readable Prometheus rule file (groups: ...), or a folder of such files'
const deepest = 20

/**
 * Reads rule files and folders of them; of a folder every `.yml` and `.yaml` file that lies directly in it and holds
 * `groups`. Never rejects for what is wrong with a file.
 */
export async function readRules(paths: readonly string[]): Promise<ReadRules> {
  const read = await Promise.all(paths.map((path) => readPath(resolve(path))))
  return { rules: read.flatMap(({ rules }) => rules), faults: read.flatMap(({ faults }) => faults) }
}

const readPath = async (path: string): Promise<ReadRules> => {
  try {
    if (!(await stat(path)).isDirectory()) return readRuleFile(path, await readFile(path, 'utf8'))
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name)).sort()
    const texts = await Promise.all(
      names.map(async (name) => [name, await readFile(join(path, name), 'utf8')] as const),
    )
    const read = texts
      .filter(([, text]) => /^groups\s*:/m.test(text))
      .map(([name, text]) => readRuleFile(join(path, name), text))
    return { rules: read.flatMap(({ rules }) => rules), faults: read.flatMap(({ faults }) => faults) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const found = code === 'ENOENT' ? 'nothing' : `what cannot be read (${code})`
    return { rules: [], faults: [{ file: path, found, expected: wanted }] }
  }
}

/** Reads the text of one rule file. */
export function readRuleFile(file: string, text: string): ReadRules {
  const source = readSource(file, text, { deepest, merge: true })
  if (!('value' in source)) {
    return {
      rules: [],
      faults: source.map(({ line, column, found }) => ({ file, line, column, found, expected: 'YAML' })),
    }
  }
  const groups = field(source.value, 'groups')
  if (!Array.isArray(groups)) return { rules: [], faults: [{ file, line: 1, found: 'no groups', expected: wanted }] }
  const rules = groups.flatMap((group, groupIndex) =>
    list(field(group, 'rules')).flatMap((rule, index): readonly AlertingRule[] => {
      const alertname = field(rule, 'alert')
      if (typeof alertname !== 'string') return []
      const { line } = source.placeOfKey(['groups', groupIndex, 'rules', index, 'alert'])
      const keepFiringForMs = durationOf(field(rule, 'keep_firing_for'))
      return [{ file, line, alertname, labels: staticLabels(field(rule, 'labels')), keepFiringForMs }]
    }),
  )
  return { rules, faults: [] }
}

/** A label whose value is a template is not known before the alert fires. */
function staticLabels(labels: unknown): Readonly<Record<string, string>> {
  const entries = typeof labels === 'object' && labels !== null ? Object.entries(labels) : []
  const known = entries.map(([name, value]): readonly [string, string] => [name, String(value)])
  return Object.fromEntries(known.filter(([, value]) => !value.includes('{{')))
}

/** What Prometheus itself would refuse is no time to wait. */
function durationOf(value: unknown): number {
  try {
    return typeof value === 'string' ? parseDuration(value) : 0
  } catch {
    return 0
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
