/** Compiled, never run: the types of the kit's testing half. */
import { anObservation, aReplica, aTarget, planFor } from 'selfheal/testing'
import { good } from './runbook.ts'

/** Runbooks of any label contract can be planned, and rungs are told apart by name. */
export const planned: readonly { rung: string; skipped: boolean }[] = planFor(
  good,
  { labels: { service: 'web' } },
  anObservation({ target: aTarget({ replicas: [aReplica({ state: 'exited' })] }) }),
)

// @ts-expect-error: the lineage follows from its parts
aTarget({ lineage: 'local/shop/web' })

// @ts-expect-error: unknown state
aReplica({ state: 'stopped' })

// @ts-expect-error: label values are strings
planFor(good, { labels: { service: 5 } }, anObservation())
