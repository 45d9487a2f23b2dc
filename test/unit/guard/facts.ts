import type { ContainerFacts, GuardFacts } from '../../../src/guard/facts.ts'
import type { Attempt } from '../../../src/incident/record.ts'

/** Now, for tests of guards. */
export const now = 1_000_000_000

/** A running container that may be touched, with what you name changed. */
export function container(changes: Partial<ContainerFacts> = {}): ContainerFacts {
  return {
    name: 'web-1',
    state: 'running',
    isOptedIn: true,
    protectedBecause: null,
    mode: null,
    exitCause: null,
    ...changes,
  }
}

/** Facts that nothing speaks against, with what you name changed. */
export function facts(changes: Partial<GuardFacts> = {}): GuardFacts {
  return {
    now,
    mode: 'auto',
    ceiling: 'auto',
    containers: [container()],
    budgets: [{ count: 3, windowMs: 3_600_000 }],
    cooldownMs: 120_000,
    incident: 1,
    rung: 0,
    runbook: 'container-down',
    hasCooled: false,
    attempts: [],
    reopened: 0,
    reopenLimit: 3,
    isSilenced: false,
    pauses: [],
    maintenance: [],
    ...changes,
  }
}

/** An attempt that recovered, settled `agoMs` ago, with what you name changed. */
export function attempt(agoMs: number, changes: Partial<Attempt> = {}): Attempt {
  return {
    id: 1,
    incident: 7,
    target: 'local/shop/web',
    runbook: 'container-down',
    rung: 0,
    rungName: 'start',
    state: 'done',
    proof: 'recovered',
    actions: [],
    verdicts: [],
    evidence: [],
    detail: '',
    reservedAt: now - agoMs,
    actedAt: now - agoMs,
    settledAt: now - agoMs,
    ...changes,
  }
}
