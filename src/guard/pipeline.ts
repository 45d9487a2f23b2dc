/** The guards, in the order in which their verdicts are shown. All of them always run. */
import { budgetGuard } from './budget.ts'
import { cooldownGuard } from './cooldown.ts'
import type { Guard, GuardFacts } from './facts.ts'
import { flappingGuard } from './flapping.ts'
import { handGuard } from './hand.ts'
import { handsOffGuard } from './hands-off.ts'
import { modeGuard } from './mode.ts'
import { optInGuard } from './opt-in.ts'
import { silenceGuard } from './silence.ts'
import { type Decision, decide } from './verdict.ts'

/** Every guard there is. */
export const guards: readonly Guard[] = [
  modeGuard,
  optInGuard,
  handsOffGuard,
  handGuard,
  budgetGuard,
  cooldownGuard,
  flappingGuard,
  silenceGuard,
]

/** Asks every guard and combines what they say. */
export function judgeAll(facts: GuardFacts): Decision {
  return decide(guards.map((guard) => guard.judge(facts)))
}
