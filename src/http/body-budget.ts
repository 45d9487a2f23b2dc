/** How much of unanswered request bodies may lie in memory at once. */

/** Memory for bodies, shared by all requests. */
export type BodyBudget = {
  /** Whether there was room for so many bytes more; they are taken then. */
  readonly take: (bytes: number) => boolean
  readonly giveBack: (bytes: number) => void
}

/** Creates a budget of `maxBytes`. */
export function createBodyBudget(maxBytes: number): BodyBudget {
  let taken = 0
  return {
    take: (bytes) => {
      if (taken + bytes > maxBytes) return false
      taken += bytes
      return true
    },
    giveBack: (bytes) => {
      taken -= bytes
    },
  }
}
