/** The one error that adapters throw: what happened, at which system, and whether trying again could help. */

/** Closed list of what goes wrong at a border. */
export const adapterErrorCodes = ['unreachable', 'timeout', 'aborted', 'refused', 'bad-answer', 'not-found'] as const

/** One of `adapterErrorCodes`. */
export type AdapterErrorCode = (typeof adapterErrorCodes)[number]

/** Thrown by adapters only; carries the original error as `cause`. Its message never holds a secret. */
export class AdapterError extends Error {
  readonly system: 'docker' | 'prometheus' | 'alertmanager' | 'receiver'
  readonly code: AdapterErrorCode
  readonly retriable: boolean

  constructor(
    system: AdapterError['system'],
    code: AdapterErrorCode,
    message: string,
    options: { readonly retriable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AdapterError'
    this.system = system
    this.code = code
    this.retriable = options.retriable ?? (code === 'unreachable' || code === 'timeout')
  }
}
