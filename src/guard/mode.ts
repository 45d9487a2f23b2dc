/** Guard: how much may be done without a person. */
import { type Mode, modes } from '../incident/record.ts'
import type { Guard, GuardFacts } from './facts.ts'
import { allow } from './verdict.ts'

/** The lower of two modes. */
export function lowerMode(a: Mode, b: Mode): Mode {
  return modes.indexOf(a) <= modes.indexOf(b) ? a : b
}

/** The mode that counts: by configuration, lowered by the containers' labels, capped by the ceiling. */
export function effectiveMode(facts: Pick<GuardFacts, 'mode' | 'ceiling' | 'containers'>): Mode {
  const labelled = facts.containers.flatMap((container) => (container.mode === null ? [] : [container.mode]))
  return labelled.reduce(lowerMode, lowerMode(facts.mode, facts.ceiling))
}

/** `observe` refuses, `advise` asks, `auto` allows. */
export const modeGuard: Guard = {
  name: 'mode',
  judge: (facts) => {
    const mode = effectiveMode(facts)
    const detail = `mode is ${mode}`
    if (mode === 'observe') return { guard: 'mode', verdict: 'refuse', reason: 'observe-only', detail, until: null }
    if (mode === 'advise') return { guard: 'mode', verdict: 'ask', reason: 'advise-only', detail, until: null }
    return allow('mode', detail)
  },
}
