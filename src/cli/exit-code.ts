/** Exit codes of every command. */
export const exitCode = {
  done: 0,
  faults: 1,
  usage: 2,
  unreachable: 3,
  notFound: 4,
  conflict: 5,
  notAllowed: 6,
} as const

/** One of the values of `exitCode`. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** Ends a command: the message goes to standard error, and the process exits with the code. */
export class CommandFailed extends Error {
  readonly code: ExitCode

  constructor(code: ExitCode, message: string) {
    super(message)
    this.name = 'CommandFailed'
    this.code = code
  }
}
