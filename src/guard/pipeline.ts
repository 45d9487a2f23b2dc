/** The guards, in the order in which their verdicts are shown. All of them always run. */
import { answerAsks } from './approval.ts'
import { budgetGuard } from './budget.ts'
import { cooldownGuard } from './cooldown.ts'
import type { Guard, GuardFacts } from './facts.ts'
import { flappingGuard } from './flapping.ts'
import { handGuard } from './hand.ts'
import { handsOffGuard } from './hands-off.ts'
import { maintenanceGuard } from './maintenance.ts'
import { modeGuard } from './mode.ts'
import { optInGuard } from './opt-in.ts'
import { pauseGuard } from './pause.ts'
import { silenceGuard } from './silence.ts'
import { type Decision, decide } from './verdict.ts'

/** Every guard there is. */
export const guards: readonly Guard[] = [
  modeGuard,
  optInGuard,
  handsOffGuard,
  pauseGuard,
  maintenanceGuard,
  handGuard,
  budgetGuard,
  cooldownGuard,
  flappingGuard,
  silenceGuard,
]

/** Asks every guard and combines what they say; a person's approval answers those that ask for one. */
export function judgeAll(facts: GuardFacts): Decision {
  const verdicts = guards.map((guard) => guard.judge(facts))
  return decide(answerAsks(verdicts, facts.approval ?? null))
}
