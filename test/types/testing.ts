/** Compiled, never run: the types of the kit's testing half. */
import { anObservation, aReplica, aTarget, planFor, simulate } from 'selfheal/testing'
import { good, tuned } from './runbook.ts'

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

planFor(tuned, { labels: { service: 'web' } }, anObservation({ parameters: { patience: 5 } }))

const { parameters: _, ...withoutParameters } = anObservation()
planFor(tuned, { labels: { service: 'web' } }, withoutParameters)

// @ts-expect-error: a parameter is no list
anObservation({ parameters: { patience: [5] } })

/** A simulated run says what became of the incident. */
export const outcome: Promise<string> = simulate(tuned, {
  alert: { labels: { service: 'web' } },
  parameters: { patience: 5 },
  world: { curedBy: (action) => action.kind === 'restart', metric: (_, { isWell }) => (isWell ? 0 : 1) },
}).then((run) => run.outcome)

// @ts-expect-error: what cures is said
simulate(good, { alert: { labels: { service: 'web' } }, world: {} })

// @ts-expect-error: unknown action
simulate(good, { alert: { labels: { service: 'web' } }, world: { curedBy: 'reboot' } })
