/** Guard: what a person stopped or paused stays as they left it. */
import type { Guard, GuardFacts } from './facts.ts'
import { allow, type Reason, type Verdict, type VerdictKind } from './verdict.ts'

const name = 'hands-off'

const say = (verdict: VerdictKind, reason: Reason, detail: string): Verdict => ({
  guard: name,
  verdict,
  reason,
  detail,
  until: null,
})

const judge = (facts: GuardFacts): Verdict => {
  const paused = facts.containers.find((container) => container.state === 'paused')
  if (paused !== undefined) return say('refuse', 'paused-container', `${paused.name} is paused`)
  const stopped = facts.containers.find((container) => container.exitCause === 'person')
  if (stopped !== undefined) {
    return say('refuse', 'stopped-by-person', `${stopped.name} was stopped through Docker, not by a crash`)
  }
  const unclear = facts.containers.find((container) => container.exitCause === 'unknown')
  if (unclear !== undefined) {
    return say('ask', 'cannot-tell', `${unclear.name} is not running, and how it ended was not seen`)
  }
  return allow(name)
}

/** Paused or stopped by a person: refuse. How it ended is not known: ask. */
export const handsOffGuard: Guard = { name, judge }
