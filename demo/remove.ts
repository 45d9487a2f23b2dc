import { removeProject } from './project.ts'
import { findKeptEngine, findProject } from './provision.ts'
import { removeSecrets } from './secrets.ts'

/** Removes what a run with `--keep` left; an engine that was started for it is stopped. */
export async function removeKept(): Promise<void> {
  const engine = await findKeptEngine()
  if (engine !== undefined) {
    await removeProject(await findProject(engine.host))
    await engine.stop()
  }
  await removeSecrets()
}
