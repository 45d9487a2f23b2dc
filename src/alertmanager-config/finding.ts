/** What is found in an alertmanager.yml. */
import type { ConfigPath } from '../config/config-fault.ts'

/**
 * How bad a finding is. `fault`: healing does not work, or Alertmanager refuses the file. `warning`: it works, and does
 * something that is hardly meant. `note`: what could not be judged, or is good to know.
 */
export const severities = ['fault', 'warning', 'note'] as const

/** One of `severities`. */
export type Severity = (typeof severities)[number]

/** One finding, at a path of the file. */
export type Finding = {
  readonly severity: Severity
  readonly path: ConfigPath
  readonly found: string
  readonly expected: string
}

/** A finding with its place: line and column from 1, the path as people write it. Never holds a secret. */
export type PlacedFinding = {
  readonly severity: Severity
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly found: string
  readonly expected: string
}

/** One line for each finding: `alertmanager.yml:3:7: fault: route.receiver: found ..., expected ...`. */
export function formatFindings(findings: readonly PlacedFinding[]): string {
  return findings
    .map(({ severity, file, line, column, path, found, expected }) => {
      const place = path === '' ? '' : ` ${path}:`
      return `${file}:${line}:${column}: ${severity}:${place} found ${found}, expected ${expected}`
    })
    .join('\n')
}
