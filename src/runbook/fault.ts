/** Faults of runbooks: what keeps a file from being used, and what to do about it. */

/** One fault of one file. */
export type RunbookFault = {
  /** The file at fault: the runbook, a file that it imports, or a folder that cannot be read. */
  readonly file: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
  /** The property of the runbook, for example `ladder[0].within`. */
  readonly property?: string
  readonly found: string
  /** What is expected instead, or what to do. */
  readonly expected: string
}

/** A fault on one line: `file:line:column: property: found ..., expected ...`. */
export function formatRunbookFault(fault: RunbookFault): string {
  const place = [fault.file, fault.line, fault.column].filter((part) => part !== undefined).join(':')
  const property = fault.property === undefined ? '' : `${fault.property}: `
  return `${place}: ${property}found ${fault.found}, expected ${fault.expected}`
}
