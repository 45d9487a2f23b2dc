/** What one evaluation of one check, or of all of them, says. */
import type { Check } from '../../authoring/index.ts'

/** Three-valued, or not applicable to this target. */
export type CheckResult = {
  readonly result: 'recovered' | 'not_recovered' | 'unknown' | 'not_applicable'
  /** What was found, for a person. */
  readonly detail: string
}

/** The check in words, the same in evidence, timeline and escalation. */
export function describeCheck(check: Check): string {
  switch (check.kind) {
    case 'running':
      return 'running'
    case 'healthy':
      return 'healthy'
    case 'alertInactive':
      return 'alert inactive'
    case 'probe':
      return `probe ${check.url ?? `:${check.port}${check.path}`} answers ${check.status}`
    case 'query':
      return `query ${check.expr} ${check.is} ${check.than}`
  }
}

/**
 * All recovered: recovered. Any not recovered: not recovered. Else unknown. What is not applicable is left out; when
 * nothing is applicable the result is unknown.
 */
export function combine(results: readonly CheckResult[]): 'recovered' | 'not_recovered' | 'unknown' {
  const applicable = results.filter((result) => result.result !== 'not_applicable')
  if (applicable.some((result) => result.result === 'not_recovered')) return 'not_recovered'
  if (applicable.length === 0 || applicable.some((result) => result.result === 'unknown')) return 'unknown'
  return 'recovered'
}
