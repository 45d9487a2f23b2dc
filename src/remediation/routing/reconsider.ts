/** Reconsider: after a change of the configuration, what was decided under the old one is decided anew. */
import type { EngineDeps } from '../deps.ts'
import type { Engine } from '../engine.ts'
import { yieldLoop } from '../yield-loop.ts'

/** How many alerts are gone through before other work has its turn. */
const sliceSize = 500

/**
 * Every firing alert that no incident took is routed again, and every incident that waits is looked at. What is being
 * done is not touched: an attempt goes on under the settings that it was begun with.
 */
export async function reconsider(
  { ledger }: Pick<EngineDeps, 'ledger'>,
  engine: Pick<Engine, 'kick' | 'wake'>,
): Promise<void> {
  let after = 0
  for (;;) {
    const slice = ledger.heldEpisodes(after, sliceSize)
    const last = slice.at(-1)
    if (last === undefined) break
    const disposed = slice.filter(({ state, disposition }) => state === 'firing' && disposition !== null)
    if (disposed.length > 0) {
      ledger.transaction(() => {
        for (const { id } of disposed) ledger.recheckEpisode(id)
      })
    }
    after = last.id
    await yieldLoop()
  }
  engine.wake()
  for (const { target } of ledger.activeIncidents()) engine.kick(target)
}
