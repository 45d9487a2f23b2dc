/** What the host and its worker thread say to each other: plain values only. */

/** A module as it was read from disk. */
export type ModuleSource = { readonly format: string; readonly source: string | Uint8Array }

/**
 * All modules behind a set of runbooks as they were when they were loaded, so that the same set can be loaded again
 * after the files have changed.
 */
export type Snapshot = {
  /** Importing module's URL and specifier, separated by a line break, to the imported module's URL. */
  readonly resolved: Readonly<Record<string, string>>
  /** By URL. */
  readonly sources: Readonly<Record<string, ModuleSource>>
}

/** What a worker is started with. */
export type WorkerInput = {
  /** Absolute paths, loaded in this order. */
  readonly files: readonly string[]
  /** Where modules come from instead of the disk; `null`: from the disk. */
  readonly snapshot: Snapshot | null
}

/** An error as the worker saw it, bounded. */
export type ThrownError = {
  readonly name: string
  readonly code: string
  readonly message: string
  readonly stack: string
  /** Where a syntax error lies whose stack does not say so. Line and column from 1. */
  readonly parsed: { readonly file: string; readonly line: number; readonly column: number } | null
}

/** Asks for one run of author code. */
export type CallRequest = {
  readonly file: string
  readonly part: 'plan' | 'summary'
  /** Index into the ladder; meaningless for `summary`. */
  readonly rung: number
  /** The observation as JSON. */
  readonly observation: string
}

/** What author code answered: a value as JSON, a `when` that said false, or an error. */
export type CallAnswer =
  | { readonly kind: 'value'; readonly json: string }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'threw'; readonly detail: string }

/** A numbered call. */
export type CallMessage = { readonly id: number; readonly request: CallRequest }

/** What the worker says. `loading` precedes each file, so that the host knows which one hangs. */
export type WorkerMessage =
  | { readonly kind: 'booted' }
  | { readonly kind: 'loading'; readonly file: string }
  | { readonly kind: 'loaded'; readonly file: string; readonly json: string | null }
  | { readonly kind: 'failed'; readonly file: string; readonly error: ThrownError }
  | { readonly kind: 'ready'; readonly snapshot: Snapshot }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: CallAnswer }
  | { readonly kind: 'stray'; readonly detail: string }
