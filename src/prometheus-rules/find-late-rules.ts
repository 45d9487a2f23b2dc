/** Finds rules whose alerts cannot end in the time that a runbook gives to `alertInactive()`. */
import { type Matcher, matches, parseMatchers } from '../alert/matcher.ts'
import type { Check } from '../authoring/index.ts'
import { formatDuration } from '../lib/duration.ts'
import type { AlertingRule } from './read-rules.ts'

/** What is asked of a runbook. */
export type JudgedRunbook = {
  readonly match: readonly string[]
  readonly ladder: readonly { readonly verify: readonly Check[]; readonly withinMs: number }[]
}

/** A check that a rule contradicts, as a path into the runbook. */
export type LateRule = {
  readonly path: readonly (string | number)[]
  readonly found: string
  readonly expected: string
}

/**
 * Answers each `alertInactive()` whose `within` is not longer than `keep_firing_for` of a rule that the runbook takes:
 * Prometheus keeps the alert firing for that long after its expression is quiet, so the proof would say "not recovered"
 * of a service that is well. Only labels that the rule itself sets are known; a rule that none of the runbook's matchers
 * can be held against is left out.
 */
export function findLateRules(runbook: JudgedRunbook, rules: readonly AlertingRule[]): readonly LateRule[] {
  const matchers = parseMatchers(runbook.match)
  const taken = rules.filter((rule) => rule.keepFiringForMs > 0 && mayTake(matchers, rule))
  return runbook.ladder.flatMap(({ verify, withinMs }, rung) =>
    verify.flatMap(({ kind }, check) =>
      taken
        .filter(({ keepFiringForMs }) => kind === 'alertInactive' && keepFiringForMs >= withinMs)
        .map((rule) => explain(rule, ['ladder', rung, 'verify', check])),
    ),
  )
}

const explain = ({ alertname, file, line, keepFiringForMs }: AlertingRule, path: LateRule['path']): LateRule => {
  const lasts = formatDuration(keepFiringForMs)
  return {
    path,
    found: `alertInactive(), while ${alertname} fires on for ${lasts} after its expression is quiet (keep_firing_for, ${file}:${line})`,
    expected: `'within' above '${lasts}', a shorter keep_firing_for, or another check, such as a query()`,
  }
}

/** True when every matcher about a known label holds, and there is one. */
const mayTake = (matchers: readonly Matcher[], rule: AlertingRule): boolean => {
  const known: Readonly<Record<string, string>> = { ...rule.labels, alertname: rule.alertname }
  const decided = matchers.filter(({ name }) => Object.hasOwn(known, name))
  return decided.length > 0 && decided.every((matcher) => matches([matcher], known))
}
