/** Whether nothing but `running()` speaks for a recovery: then it has to hold for longer. */
import type { Check } from '../../authoring/index.ts'

/** A check, with what it said where it has been evaluated. */
type Evaluated = { readonly kind: Check['kind']; readonly result?: string }

/**
 * True when none of the checks that apply looks at what the target does: `running()` sees a process, and
 * `alertInactive()` a rule that is quiet. A `healthy()` without a health check adds nothing.
 */
export function isRunningAlone(checks: readonly Evaluated[]): boolean {
  return checks.every(
    ({ kind, result }) => kind === 'running' || kind === 'alertInactive' || result === 'not_applicable',
  )
}
