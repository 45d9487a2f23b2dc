import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { realWorld } from './world.ts'

/** Makes an empty folder on the real disk for one test; it goes with the run. */
export function ownFolder(name: string): Promise<string> {
  return mkdtemp(join(realWorld().folder, `${name}-`))
}
