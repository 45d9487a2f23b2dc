/** The steps of `check setup`: what each found, told as it happens; one that fails stops no other. */
import { AdapterError } from '../../lib/adapter-error.ts'
import { CommandFailed } from '../exit-code.ts'

/** `skipped`: not tried, and why is in `found`. Only `fault` makes the command fail. */
export type Outcome = 'ok' | 'fault' | 'warning' | 'note' | 'skipped'

/** One thing that a step found; `expected` says what to do, and is empty where there is nothing to. */
export type StepResult = {
  readonly step: string
  readonly outcome: Outcome
  readonly found: string
  readonly expected: string
}

/** Tells what a step found. */
export type Tell = (outcome: Outcome, found: string, expected?: string) => void

/** The reporter of a whole check. */
export type Steps = {
  /**
   * Runs one step within its time; what it throws becomes a fault with `hint` as what to do. Answers what the step
   * does, or `undefined` where it failed.
   */
  readonly run: <T>(step: StepSpec<T>) => Promise<T | undefined>
  readonly results: readonly StepResult[]
}

/** One step. */
export type StepSpec<T> = {
  readonly name: string
  readonly timeoutMs: number
  /** What to do where it fails. */
  readonly hint: string
  readonly work: (tell: Tell, signal: AbortSignal) => Promise<T>
}

/** Makes a reporter; `print` is called for each result at once. */
export function createSteps(print: (result: StepResult) => void): Steps {
  const results: StepResult[] = []
  const tellOf =
    (step: string): Tell =>
    (outcome, found, expected = '') => {
      const result = { step, outcome, found, expected }
      results.push(result)
      print(result)
    }
  return {
    results,
    run: async ({ name, timeoutMs, hint, work }) => {
      const tell = tellOf(name)
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(), timeoutMs)
      const gaveUp = new Promise<never>((_, reject) => {
        late.signal.addEventListener('abort', () => reject(new StepFailed(`no answer within ${timeoutMs} ms`)))
      })
      try {
        return await Promise.race([work(tell, late.signal), gaveUp])
      } catch (error) {
        if (!isExpected(error)) throw error
        tell(
          'fault',
          late.signal.aborted ? `no answer within ${timeoutMs} ms` : (error.message.split('\n')[0] ?? ''),
          hint,
        )
        return undefined
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/** A step cannot go on; the message says what was found. */
export class StepFailed extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StepFailed'
  }
}

const isExpected = (error: unknown): error is Error =>
  error instanceof AdapterError || error instanceof CommandFailed || error instanceof StepFailed

/** One line for a result: `fault    docker: ..., expected ...`. */
export function formatStep({ step, outcome, found, expected }: StepResult): string {
  return `${outcome.padEnd(8)} ${step}: ${found}${expected === '' ? '' : `; expected ${expected}`}`
}
