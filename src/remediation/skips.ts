/** Skips: rungs that were passed over. They are recorded once it is certain: when a later rung is climbed, or none is left. */
import type { Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'
import type { Skip } from './propose.ts'

/** Appends one event for each skip; to be called within the transaction that makes them final. */
export function recordSkips(
  deps: Pick<EngineDeps, 'ledger' | 'clock'>,
  incident: Incident,
  skips: readonly Skip[],
): void {
  for (const skip of skips) {
    deps.ledger.append({
      incident: incident.id,
      at: deps.clock.now(),
      kind: 'rung-skipped',
      text: `rung "${skip.name}" skipped: ${skip.because}`,
      data: { rung: skip.rung },
    })
  }
}

/** The skips in words, in parentheses; empty when there is none. */
export function describeSkips(skips: readonly Skip[]): string {
  return skips.length === 0 ? '' : ` (${skips.map(({ name, because }) => `${name}: ${because}`).join('; ')})`
}
