/** Where in a file a fault of a runbook's value lies. */
import { readFileSync } from 'node:fs'
import { formatPath, type ShapeFault } from '../authoring/validate-shape.ts'
import { redactSecrets } from '../lib/redact.ts'
import type { RunbookFault } from './fault.ts'
import { locateExport, locateProperty } from './locate.ts'

/** The fault with file, line and column; a value that is computed elsewhere is looked for where the runbook is exported. */
export function placeFault(file: string, fault: ShapeFault): RunbookFault {
  const source = readText(file)
  const place = locateProperty(source, fault.path) ?? locateExport(source)
  const property = fault.path.length === 0 ? {} : { property: formatPath(fault.path) }
  return { file, ...place, ...property, found: redactSecrets(fault.found), expected: fault.expected }
}

/** The text of a file, "" where it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
