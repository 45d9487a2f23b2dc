/** When a delivery that failed is tried again. */

const firstMs = 1000
/** The ledger takes what is due further ahead for due now: the clock jumped back. */
const longestMs = 60_000

/**
 * Milliseconds to wait after a failure that `failures` others came before: 1 s, doubled each time, at most 60 s; of
 * that, between half and all, as `random` (0 to 1) says, so that deliveries that failed together do not stay together.
 */
export function backoffMs(failures: number, random: () => number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10))
  return Math.round(whole / 2 + (whole / 2) * random())
}
