import { assertMayInstall } from '../provision/missing.ts'
import type { TestArguments } from './arguments.ts'
import { runChecks } from './checks.ts'
import type { TierOutcome } from './outcome.ts'
import { partsForTests, type RealWorld, startRealWorld } from './real-world.ts'
import type { Tier } from './tiers.ts'
import { runVitestTier } from './vitest-tier.ts'

/**
 * Runs the tiers one after the other, all of them whatever fails. The real parts are started once, before the first tier
 * that needs them, and taken away at the end, also when the run is interrupted.
 */
export async function runTiers(wanted: TestArguments, signal: AbortSignal): Promise<TierOutcome[]> {
  const outcomes: TierOutcome[] = []
  let world: RealWorld | undefined
  try {
    if (wanted.tiers.some(needsRealParts)) assertMayInstall(partsForTests())
    for (const tier of wanted.tiers) {
      signal.throwIfAborted()
      process.stderr.write(`\n== ${tier.name} ==\n`)
      if (needsRealParts(tier)) world ??= await startRealWorld()
      outcomes.push(await runTier(tier, { ...wanted, signal, ...(world ? { world } : {}) }))
    }
    return outcomes
  } finally {
    await world?.stop()
  }
}

interface Surroundings extends TestArguments {
  readonly signal: AbortSignal
  readonly world?: RealWorld
}

async function runTier(tier: Tier, { signal, world, vitestArguments }: Surroundings): Promise<TierOutcome> {
  switch (tier.kind) {
    case 'checks':
      return runChecksTier(tier.name)
    case 'vitest':
      return runVitestTier({ tier: tier.name, vitestArguments, signal })
    case 'vitest-with-real-parts':
      return runVitestTier({ tier: tier.name, vitestArguments, signal, ...(world ? { world } : {}) })
  }
}

async function runChecksTier(tier: string): Promise<TierOutcome> {
  const startedAt = performance.now()
  const checks = await runChecks()
  const passed = checks.filter((check) => check.passed).length
  return { tier, passed, failed: checks.length - passed, skipped: 0, seconds: (performance.now() - startedAt) / 1000 }
}

function needsRealParts(tier: Tier): boolean {
  return tier.kind === 'vitest-with-real-parts'
}
