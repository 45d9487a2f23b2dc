/**
 * Verdicts: what a guard says of a proposal, and why.
 *
 * - allow:  nothing speaks against it
 * - defer:  not now; look again at `until`
 * - ask:    only with a person's approval
 * - refuse: not at all while things are as they are
 */

/** The four verdicts, mildest first: the strongest of all guards counts. */
export const verdictKinds = ['allow', 'defer', 'ask', 'refuse'] as const

/** One of `verdictKinds`. */
export type VerdictKind = (typeof verdictKinds)[number]

/** Closed list of reasons: the same words in logs, metric labels, API answers and documentation. */
export const reasons = [
  'observe-only',
  'advise-only',
  'not-opted-in',
  'protected',
  'no-target',
  'ambiguous-target',
  'too-broad',
  'stopped-by-person',
  'paused-container',
  'scaled-by-person',
  'paused',
  'in-maintenance',
  'change-in-progress',
  'budget-exhausted',
  'cooling-down',
  'flapping',
  'target-busy',
  'too-many-in-flight',
  'too-few-ready',
  'namespace-shared',
  'not-on-this-engine',
  'storm',
  'upstream-in-trouble',
  'risk-above-limit',
  'low-confidence',
  'alert-gone',
  'silenced',
  'already-recovered',
  'target-changed',
  'cannot-tell',
] as const

/** One of `reasons`. */
export type Reason = (typeof reasons)[number]

/** What one guard said. `reason` is `null` exactly when the verdict is `allow`. */
export type Verdict = {
  readonly guard: string
  readonly verdict: VerdictKind
  readonly reason: Reason | null
  /** What was found, for a person. */
  readonly detail: string
  /** Epoch milliseconds at which a deferred proposal is looked at again; `null` where no time is known. */
  readonly until: number | null
}

/** What a guard returns when nothing speaks against the proposal. */
export function allow(guard: string, detail = ''): Verdict {
  return { guard, verdict: 'allow', reason: null, detail, until: null }
}

/** The decision over all verdicts: refuse over ask over defer over allow; `until` is the latest of the deciding ones. */
export type Decision = {
  readonly verdict: VerdictKind
  readonly reason: Reason | null
  readonly detail: string
  readonly until: number | null
  readonly verdicts: readonly Verdict[]
}

/** Combines verdicts. The reason and detail are those of the first guard that gave the deciding verdict. */
export function decide(verdicts: readonly Verdict[]): Decision {
  const strongest = Math.max(0, ...verdicts.map((verdict) => verdictKinds.indexOf(verdict.verdict)))
  const kind = verdictKinds[strongest] ?? 'refuse'
  const deciding = verdicts.filter((verdict) => verdict.verdict === kind)
  const untils = deciding.flatMap((verdict) => (verdict.until === null ? [] : [verdict.until]))
  const first = deciding[0]
  return {
    verdict: kind,
    reason: first?.reason ?? null,
    detail: first?.detail ?? '',
    until: untils.length === 0 ? null : Math.max(...untils),
    verdicts,
  }
}
