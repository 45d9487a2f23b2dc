/** The clock of the simulated engine that authors get: tests of the engine itself use the same one. */
export { drain, firstInstant, VirtualClock } from '../../src/testing/virtual-clock.ts'
