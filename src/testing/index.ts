/** `selfheal/testing`: what an author's own tests use. No Docker, no server; any test runner. */
export type { PlannedRung, TestAlert, TestObservation } from '../authoring/testing.ts'
export { anObservation, aReplica, aTarget, planFor } from '../authoring/testing.ts'
export { simulate } from './simulate.ts'
export type { ServiceState, SimulatedAttempt, SimulatedRun, Simulation, World } from './simulation.ts'
