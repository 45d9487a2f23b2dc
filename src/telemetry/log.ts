/** The program's log: JSON lines by pino. */
import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import { errorFields } from './error-fields.ts'
import { gatherLines } from './gathered-lines.ts'

const secretKeys = ['authorization', 'Authorization', 'token', 'password']

/** Redaction of secrets is a second line of defence, for fields up to three objects deep; nobody logs them on purpose. */
const redactedPaths = secretKeys.flatMap((key) => ['', '*.', '*.*.', '*.*.*.'].map((parents) => `${parents}${key}`))

/** Where the log goes and how much of it there is. */
export type LogOptions = {
  /** One of pino's levels: `trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`. */
  readonly level: string
  /** Default: standard error, the lines of answered requests together for each turn of the event loop, see `gatherLines`. */
  readonly destination?: DestinationStream
}

/** There may be thousands in a second. What changes a state is written before anything else happens. */
const mayWait = (phrase: string): boolean => phrase === 'request answered'

const toStandardError = (): DestinationStream => {
  const stderr = destination({ dest: 2, sync: true })
  return gatherLines((lines) => stderr.write(lines), mayWait)
}

/**
 * Creates the log. Each line is one JSON object with `level` in words, `time` in RFC 3339 and `name: "selfheal"`.
 *
 * Errors under `err` or `error` are written with their chain of causes and without what libraries hang on them; fields
 * named `authorization`, `token` or `password` are redacted. Control characters in any text are escaped.
 */
export function createLog(options: LogOptions): Logger {
  return pino(
    {
      level: options.level,
      base: { name: 'selfheal' },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error) => errorFields(error), error: (error) => errorFields(error) },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    options.destination ?? toStandardError(),
  )
}
