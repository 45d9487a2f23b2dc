/** The kit: everything that `import ... from 'selfheal'` gives to the author of a runbook. */
export { Type } from 'typebox'
export type {
  Action,
  ContainerRef,
  RecreateAction,
  RestartAction,
  RestartStrategy,
  StartAction,
} from './action.ts'
export { actionKinds, recreate, restart, start } from './action.ts'
export type {
  AlertInactiveCheck,
  Check,
  Comparison,
  HealthyCheck,
  ProbeCheck,
  ProbeOptions,
  QueryCheck,
  QueryOptions,
  RunningCheck,
} from './check.ts'
export { alertInactive, checkKinds, healthy, probe, query, running } from './check.ts'
export type {
  Lineage,
  Observation,
  Parameters,
  Replica,
  ReplicaHealth,
  ReplicaState,
  RestartPolicy,
  Target,
} from './observation.ts'
export type {
  Duration,
  Escalation,
  Limits,
  NoParameters,
  ParameterSchema,
  ParametersOf,
  Risk,
  Runbook,
  Rung,
  Urgency,
} from './runbook.ts'
export { defineRunbook, urgencies } from './runbook.ts'
