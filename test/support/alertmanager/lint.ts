import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import type { LintContext } from '../../../src/alertmanager-config/context.ts'
import type { PlacedFinding } from '../../../src/alertmanager-config/finding.ts'
import { lintAlertmanager } from '../../../src/alertmanager-config/lint.ts'

/** The configuration that ships. */
export const shipped = readFileSync(
  fileURLToPath(new URL('../../../prometheus/alertmanager.yml', import.meta.url)),
  'utf8',
)

const context: LintContext = {
  externalUrl: null,
  receiver: null,
  needsToken: null,
  cooldownMs: 120_000,
  reopenWithinMs: 900_000,
  copyLabels: ['team', 'environment'],
  targetLabels: [],
  version: null,
}

/** What is found in a text that is called `a.yml`. */
export const lint = (text: string, over: Partial<LintContext> = {}): readonly PlacedFinding[] =>
  lintAlertmanager('a.yml', text, { ...context, ...over }).findings

/** Findings as severity, path and what was found. */
export const briefly = (findings: readonly PlacedFinding[]): readonly string[] =>
  findings.map(({ severity, path, found }) => `${severity} ${path}: ${found}`)

/** biome-ignore lint/suspicious/noExplicitAny: a file that is known, changed at one place */
export type Config = any

/** What is found in the shipped file after a change, and is not found before. */
export const changed = (change: (config: Config) => void, over: Partial<LintContext> = {}): readonly string[] => {
  const config: Config = parse(shipped)
  change(config)
  return briefly(lint(stringify(config), over))
}
