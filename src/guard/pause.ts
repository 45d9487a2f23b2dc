/** Guard: while an operator has paused a target, or everything, nothing is begun there. */
import type { Guard } from './facts.ts'
import { allow } from './verdict.ts'

/**
 * An operator's stop.
 *
 * It is in force from `at` until `until`, unless a person ended it before. A pause that is over is kept: who paused and
 * who resumed can be looked up afterwards.
 */
export type Pause = {
  readonly id: number
  /** A lineage (`local/shop/web`), or all of a project (`local/shop/*`); `null`: everything. */
  readonly target: string | null
  readonly reason: string
  /** Name of the token that asked for it. */
  readonly by: string
  readonly at: number
  /** When it is over by itself; `null`: only when a person ends it. */
  readonly until: number | null
  /** When a person ended it. */
  readonly endedAt: number | null
  /** Name of the token that ended it. */
  readonly endedBy: string | null
}

const name = 'pause'

/** What a pause or a maintenance window may be bound to, as a person is told. */
export const scopeExpectation = "a target such as 'local/shop/web', or 'local/shop/*' for all of a project"

/** Whether a text names a lineage, or all of a project: three parts without white space, at most 300 characters. */
export function isScope(text: string): boolean {
  return text.length <= 300 && /^[^/\s*]+\/[^/\s*]+\/(?:[^\s*]+|\*)$/.test(text)
}

/** Whether a scope covers a lineage; `local/shop/*` covers every service of that project. */
export function coversTarget(scope: string, lineage: string): boolean {
  return scope.endsWith('/*') ? lineage.startsWith(scope.slice(0, -1)) : scope === lineage
}

/** Whether the pause is in force at an instant (epoch milliseconds). */
export function isInForce({ until, endedAt }: Pause, now: number): boolean {
  return endedAt === null && (until === null || now < until)
}

/** Whether the pause speaks of the lineage. */
export function concerns({ target }: Pause, lineage: string): boolean {
  return target === null || coversTarget(target, lineage)
}

const describe = ({ id, target, by, reason }: Pause): string =>
  `pause ${id} of ${target ?? 'everything'} by ${by}: ${reason}`

/** Defers until the last pause in force that concerns the target is over; without an expiry, until it is ended. */
export const pauseGuard: Guard = {
  name,
  judge: ({ pauses, now }) => {
    const inForce = pauses.filter((pause) => isInForce(pause, now))
    if (inForce.length === 0) return allow(name)
    const ends = inForce.flatMap(({ until }) => (until === null ? [] : [until]))
    return {
      guard: name,
      verdict: 'defer',
      reason: 'paused',
      detail: inForce.map(describe).join('; '),
      until: ends.length < inForce.length ? null : Math.max(...ends),
    }
  },
}
