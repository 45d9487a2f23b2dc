/** Which guard gives which verdict for which reason: the series of the verdict counter that start at zero. */
import type { Reason, VerdictKind } from '../guard/verdict.ts'

/** Value of the label `reason` for the verdict `allow`, which has none. */
export const noReason = 'none'

const spoken: Readonly<Record<string, readonly (readonly [VerdictKind, Reason])[]>> = {
  mode: [
    ['refuse', 'observe-only'],
    ['ask', 'advise-only'],
  ],
  'opt-in': [
    ['refuse', 'no-target'],
    ['refuse', 'protected'],
    ['refuse', 'not-opted-in'],
  ],
  'hands-off': [
    ['refuse', 'paused-container'],
    ['refuse', 'stopped-by-person'],
    ['ask', 'cannot-tell'],
  ],
  pause: [['defer', 'paused']],
  maintenance: [['defer', 'in-maintenance']],
  hand: [['defer', 'target-busy']],
  budget: [['refuse', 'budget-exhausted']],
  cooldown: [['defer', 'cooling-down']],
  flapping: [['refuse', 'flapping']],
  silence: [['defer', 'silenced']],
}

/** Names of the guards that the table knows, in the order of the pipeline. */
export const guardNames: readonly string[] = Object.keys(spoken)

/** One `allow` for each guard, and every refusal, question and deferral that it can give. */
export const verdictSeries: readonly {
  readonly guard: string
  readonly verdict: VerdictKind
  readonly reason: Reason | typeof noReason
}[] = Object.entries(spoken).flatMap(([guard, verdicts]) => [
  { guard, verdict: 'allow' as const, reason: noReason },
  ...verdicts.map(([verdict, reason]) => ({ guard, verdict, reason })),
])
