import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder, rootFolder } from '../parts.mjs'
import { insideNamespace } from '../provision/network-namespace.ts'
import type { TierOutcome } from './outcome.ts'
import type { RealWorld } from './real-world.ts'
import { runToEnd } from './run-to-end.ts'

/** One run of vitest for one tier. */
export interface VitestRun {
  readonly tier: string
  readonly vitestArguments: readonly string[]
  /** The real parts that its tests use. */
  readonly world?: RealWorld
  readonly signal: AbortSignal
}

/** Runs vitest for one tier, inside the world's network where there is one, and counts from its own report. */
export async function runVitestTier({ tier, vitestArguments, world, signal }: VitestRun): Promise<TierOutcome> {
  const report = join(cacheFolder, `${tier}-${process.pid}.json`)
  const vitest = [process.execPath, join(rootFolder, 'node_modules/vitest/vitest.mjs'), 'run', '--project', tier]
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`, '--passWithNoTests']
  const command = [...vitest, ...reporters, ...vitestArguments]
  const [file = '', ...args] = world?.namespace === undefined ? command : insideNamespace(world.namespace, command)
  const startedAt = performance.now()
  try {
    const code = await runToEnd(file, args, { env: { ...process.env, ...world?.environment }, signal })
    const seconds = (performance.now() - startedAt) / 1000
    return { tier, seconds, ...(await countFrom(report, code)) }
  } finally {
    await rm(report, { force: true })
  }
}

async function countFrom(report: string, code: number): Promise<Omit<TierOutcome, 'tier' | 'seconds'>> {
  try {
    const counts = JSON.parse(await readFile(report, 'utf8'))
    const passed: number = counts.numPassedTests
    const failed: number = counts.numFailedTests
    const skipped: number = counts.numTotalTests - passed - failed
    // A file that cannot be loaded, or an error outside of any test, fails the run without a failed test.
    const problem = code !== 0 && failed === 0 ? { problem: `vitest ended with ${code}, see above` } : {}
    return { passed, failed, skipped, ...problem }
  } catch {
    return { passed: 0, failed: 0, skipped: 0, problem: `vitest ended with ${code} and left no report` }
  }
}
