/** Structured logging as a parameter; pino satisfies it. */

/** One line: fields first, then a constant lower-case phrase. */
export type LogLine = (fields: Readonly<Record<string, unknown>>, phrase: string) => void

/** Where structured log lines go. */
export type Log = {
  readonly debug: LogLine
  readonly info: LogLine
  readonly warn: LogLine
  readonly error: LogLine
}
