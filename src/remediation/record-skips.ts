/** Records the rungs that were passed over; the incident goes on from the one after them. */
import type { Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import { transition } from './journal.ts'
import type { Skip } from './propose.ts'

/** Each skip is an event; the incident's rung never goes back. */
export function recordSkips(deps: EngineDeps, incident: Incident, skips: readonly Skip[]): Incident {
  return skips.reduce(
    (current, skip) =>
      transition(deps, current, {
        change: { rung: skip.rung + 1 },
        note: {
          kind: 'rung-skipped',
          text: `rung "${skip.name}" skipped: ${skip.because}`,
          data: { rung: skip.rung },
        },
      }),
    incident,
  )
}
