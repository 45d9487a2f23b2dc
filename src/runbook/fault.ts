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
  return `${place}: ${explainCause(fault)}`
}

/** A fault without its file: `line 3, column 7: property: found ..., expected ...`. */
export function explainRunbookFault(fault: RunbookFault): string {
  const { line, column } = fault
  const place = line === undefined ? '' : `line ${line}${column === undefined ? '' : `, column ${column}`}: `
  return `${place}${explainCause(fault)}`
}

function explainCause({ property, found, expected }: RunbookFault): string {
  return `${property === undefined ? '' : `${property}: `}found ${found}, expected ${expected}`
}
