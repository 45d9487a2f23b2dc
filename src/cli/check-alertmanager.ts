/** `check alertmanager`: what in an alertmanager.yml breaks healing, all at once. */
import { readFile } from 'node:fs/promises'
import { formatFindings, type PlacedFinding, type Severity } from '../alertmanager-config/finding.ts'
import { lintAlertmanager } from '../alertmanager-config/lint.ts'
import type { Settings } from '../config/settings.ts'
import { alertmanagerContext } from './alertmanager-context.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { printJson, say } from './output.ts'

/** What the command was told. */
export type CheckAlertmanagerOptions = {
  readonly settings: Settings
  readonly isConfigured: boolean
  readonly receiver: string | undefined
  readonly asJson: boolean
}

/** Those of a severity, without it: for JSON, where the name of the list says it. */
export function findingsOf(findings: readonly PlacedFinding[], severity: Severity): readonly object[] {
  return findings.filter((finding) => finding.severity === severity).map(({ severity: _, ...rest }) => rest)
}

/**
 * Checks a file; warnings and notes are printed beside the faults. Throws `CommandFailed`: faults, or `usage` where
 * there is no file to find faults in.
 */
export async function checkAlertmanager(file: string, options: CheckAlertmanagerOptions): Promise<void> {
  const { settings, asJson } = options
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => error)
  const findings =
    typeof text === 'string'
      ? lintAlertmanager(file, text, alertmanagerContext(settings, { ...options, version: null })).findings
      : [unreadable(file, text)]
  const faults = findingsOf(findings, 'fault')
  if (asJson) {
    const [warnings, notes] = [findingsOf(findings, 'warning'), findingsOf(findings, 'note')]
    printJson({ ok: faults.length === 0, faults, warnings, notes })
  } else if (findings.length > 0) say(formatFindings(findings))
  if (faults.length > 0) throw new CommandFailed(typeof text === 'string' ? exitCode.faults : exitCode.usage, '')
  if (!asJson) say('ok')
}

function unreadable(file: string, error: NodeJS.ErrnoException): PlacedFinding {
  const found = error.code === 'ENOENT' ? 'no file' : `a file that cannot be read (${error.code ?? 'unknown'})`
  return { severity: 'fault', file, line: 1, column: 1, path: '', found, expected: 'a file that can be read' }
}
