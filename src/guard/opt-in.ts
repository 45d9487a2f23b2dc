/** Guard: nothing is touched that was not given, and what is protected never is. */
import type { ContainerFacts, Guard, GuardFacts } from './facts.ts'
import { allow, type Reason, type Verdict } from './verdict.ts'

const name = 'opt-in'

const refuse = (reason: Reason, detail: string): Verdict => ({
  guard: name,
  verdict: 'refuse',
  reason,
  detail,
  until: null,
})

/** The same judgement over containers alone, for the moment before an incident is opened. */
export function judgeOptIn(containers: readonly ContainerFacts[]): Verdict {
  if (containers.length === 0) return refuse('no-target', 'the target has no container')
  const shielded = containers.find((container) => container.protectedBecause !== null)
  if (shielded !== undefined) return refuse('protected', `${shielded.name}: ${shielded.protectedBecause}`)
  const outside = containers.find((container) => !container.isOptedIn)
  if (outside !== undefined) {
    return refuse(
      'not-opted-in',
      `${outside.name} has no label selfheal.enable=true and no configured opt-in selects it`,
    )
  }
  return allow(name)
}

/** Every container of the target must be opted in, and none may be protected. */
export const optInGuard: Guard = { name, judge: (facts: GuardFacts) => judgeOptIn(facts.containers) }
