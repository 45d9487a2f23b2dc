/** The one error that request handlers throw. */
import { type ErrorCode, errorCatalogue } from './error-codes.ts'

/** Becomes `{"error":{"code","message"}}` with the code's status. Its message is sent, so it never holds a secret. */
export class HttpError extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[]>>

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly headers?: HttpError['headers']; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'HttpError'
    this.code = code
    this.status = errorCatalogue[code].status
    this.headers = options.headers ?? {}
  }
}

/** The client went away before its request was complete: there is nobody to answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client went away before its request was complete')
    this.name = 'ClientGone'
  }
}
