/** Runbooks without a worker thread, as the simulated engine of the kit runs them. */
export { InProcessRunbooks } from '../../src/testing/in-process-runbooks.ts'
