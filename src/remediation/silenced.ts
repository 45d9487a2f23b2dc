/** Silenced: a person has silenced the alerts of an incident, or other alerts inhibit them. */
import type { Incident } from '../incident/record.ts'
import type { EngineDeps } from './deps.ts'

/**
 * True while no alert of the incident fires and Alertmanager holds at least one of them as suppressed, as far as it was
 * asked. Without a configured Alertmanager nothing is known of silences.
 */
export function isSilenced({ ledger, alerts }: Pick<EngineDeps, 'ledger' | 'alerts'>, incident: Incident): boolean {
  if (alerts === null) return false
  const episodes = ledger.episodesOf(incident.id)
  if (episodes.some(({ state }) => state === 'firing')) return false
  return episodes.some(
    ({ id, state, fingerprint }) => state === 'suppressed' && ledger.latestEpisode(fingerprint)?.id === id,
  )
}
