/** What the queue of a target does after one step. */

/** `again`: step once more now; `wait`: step at `until` (or when something happens); `idle`: nothing is left to do. */
export type Next =
  | { readonly kind: 'again' }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'idle' }

/** Step once more now. */
export const again: Next = { kind: 'again' }

/** Nothing is left to do. */
export const idle: Next = { kind: 'idle' }

/** How long a refused or unreachable target is left before it is looked at again. */
export const lookAgainMs = 30_000

/** Step when `ms` have passed, or earlier when something happens; never later than `lookAgainMs`. */
export function wait(ms: number = lookAgainMs): Next {
  return { kind: 'wait', ms: Math.min(Math.max(0, ms), lookAgainMs) }
}
