/** Guard: what a person silenced in Alertmanager, or another alert inhibits, is left alone. */
import type { Guard } from './facts.ts'
import { allow } from './verdict.ts'

const name = 'silence'

/** Defers while no alert of the incident fires and at least one is suppressed, by the latest listing of Alertmanager. */
export const silenceGuard: Guard = {
  name,
  judge: ({ isSilenced }) =>
    isSilenced
      ? {
          guard: name,
          verdict: 'defer',
          reason: 'silenced',
          detail: 'its alerts are silenced or inhibited in Alertmanager',
          until: null,
        }
      : allow(name),
}
