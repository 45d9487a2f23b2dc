/** The kit: everything that `import ... from 'selfheal'` gives to the author of a runbook. */
export { Type } from 'typebox'
export type { Action, ContainerRef, RestartAction, RestartStrategy, StartAction } from './action.ts'
export { actionKinds, restart, start } from './action.ts'
export type {
  Check,
  Comparison,
  ProbeCheck,
  ProbeOptions,
  QueryCheck,
  QueryOptions,
  RunningCheck,
} from './check.ts'
export { checkKinds, probe, query, running } from './check.ts'
export type {
  Lineage,
  Observation,
  Replica,
  ReplicaHealth,
  ReplicaState,
  RestartPolicy,
  Target,
} from './observation.ts'
export type { Duration, Escalation, Limits, Risk, Runbook, Rung, Urgency } from './runbook.ts'
export { defineRunbook, urgencies } from './runbook.ts'
