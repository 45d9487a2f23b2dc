/** Pauses as operators ask for them: begun, listed and ended, with the waiting incidents woken. */
import { concerns, type Pause } from '../../guard/pause.ts'
import type { EngineDeps } from '../deps.ts'
import type { Engine } from '../engine.ts'
import { keepComment } from './person.ts'

/** What an operator asks for. `forMs`: how long; `null`: until it is ended. */
export type WantedPause = Pick<Pause, 'target' | 'reason' | 'by'> & { readonly forMs: number | null }

/** Which pauses are ended: one by its id, or all in force on exactly this target (`null`: on everything). */
export type EndedPause = { readonly id: number } | { readonly target: string | null }

/** The operations on pauses. */
export type Pauses = {
  /** Committed when it returns: nothing that it covers is begun from then on. */
  readonly begin: (wanted: WantedPause) => Pause
  /** The pauses that were ended, none where none was in force; incidents that wait for them are looked at at once. */
  readonly end: (which: EndedPause, by: string) => readonly Pause[]
  readonly inForce: () => readonly Pause[]
  /** Newest first, also those that are over. */
  readonly list: (limit: number) => readonly Pause[]
}

const isMeant = (pause: Pause, which: EndedPause): boolean =>
  'id' in which ? pause.id === which.id : pause.target === which.target

/** Creates the operations on the ledger. */
export function createPauses(
  { ledger, clock, log }: Pick<EngineDeps, 'ledger' | 'clock' | 'log'>,
  { kick }: Pick<Engine, 'kick'>,
): Pauses {
  const wake = (ended: readonly Pause[]): void => {
    if (ended.length === 0) return
    for (const { target } of ledger.activeIncidents()) {
      if (ended.some((pause) => concerns(pause, target))) kick(target)
    }
  }
  return {
    begin: ({ forMs, ...wanted }) => {
      const at = clock.now()
      const pause = ledger.beginPause({
        ...wanted,
        reason: keepComment(wanted.reason),
        at,
        until: forMs === null ? null : at + forMs,
      })
      log.info({ ...pause }, 'paused')
      return pause
    },
    end: (which, by) => {
      const at = clock.now()
      const ended = ledger.transaction(() =>
        ledger
          .pausesInForce(at)
          .filter((pause) => isMeant(pause, which))
          .map(({ id }) => ledger.endPause(id, by, at)),
      )
      for (const pause of ended) log.info({ ...pause }, 'resumed')
      wake(ended)
      return ended
    },
    inForce: () => ledger.pausesInForce(clock.now()),
    list: ledger.listPauses,
  }
}
