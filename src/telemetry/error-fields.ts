/** What a log line says of an error. */

const maxDepth = 5

/** Errors of what lies outside of the program, whose messages say it all: a stack would only bury them. */
const ofOutside = ['AdapterError', 'StorageError']

/** An error as it is logged: what identifies it and what caused it, nothing else that a library hung on it. */
export type ErrorFields = {
  readonly type: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  readonly system?: string
  readonly retriable?: boolean
  readonly cause?: ErrorFields
}

const textIn = (error: object, key: string): string | undefined => {
  const value: unknown = Reflect.get(error, key)
  return typeof value === 'string' ? value : undefined
}

/**
 * Turns an error into plain fields, with its chain of causes down to five levels.
 *
 * Only known fields are taken: client libraries hang whole requests, with their credentials, on the errors they throw.
 * Errors of adapters and of the storage are written without their stack. A thrown value that is no error is named by its type alone.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no error was thrown' }
  const code = textIn(error, 'code')
  const system = textIn(error, 'system')
  const retriable: unknown = Reflect.get(error, 'retriable')
  return {
    type: error.name,
    message: error.message,
    ...(depth === 0 && error.stack !== undefined && !ofOutside.includes(error.name) && { stack: error.stack }),
    ...(code !== undefined && { code }),
    ...(system !== undefined && { system }),
    ...(typeof retriable === 'boolean' && { retriable }),
    ...(error.cause !== undefined && depth < maxDepth && { cause: errorFields(error.cause, depth + 1) }),
  }
}
