/** How a tier is run: our own checks, or vitest, by itself or in the world of real parts. */
export type TierKind = 'checks' | 'vitest' | 'vitest-with-real-parts'

/** A group of tests that is run and counted together. */
export interface Tier {
  /** The name on the command line and in the table; for vitest also its project's. */
  readonly name: string
  readonly kind: TierKind
}

/** All tiers, in the order in which they are run: the quickest answer first. A new tier is a line here. */
export const tiers: readonly Tier[] = [
  { name: 'check', kind: 'checks' },
  { name: 'unit', kind: 'vitest' },
  { name: 'component', kind: 'vitest' },
  { name: 'contract', kind: 'vitest-with-real-parts' },
  { name: 'e2e', kind: 'vitest-with-real-parts' },
]
