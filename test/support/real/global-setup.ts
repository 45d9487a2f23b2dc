import { realWorld } from './world.ts'

/** Refuses to run these tests outside of the world that `npm test` starts for them, before any test is loaded. */
export function setup(): void {
  realWorld()
}
