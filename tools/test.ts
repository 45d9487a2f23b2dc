import { parseTestArguments, usage } from './testing/arguments.ts'
import { describeOutcomes, isGood } from './testing/outcome.ts'
import { runTiers } from './testing/run-tiers.ts'

// npm test: runs every tier (or those named), then prints what each ran. Fails when a test failed or was skipped, or a
// tier ran none.

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let wanted: ReturnType<typeof parseTestArguments>
  try {
    wanted = parseTestArguments(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`)
    return 2
  }
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort())
  try {
    const outcomes = await runTiers(wanted, interrupted.signal)
    console.log(describeOutcomes(outcomes))
    if (interrupted.signal.aborted) return 130
    return outcomes.every(isGood) ? 0 : 1
  } catch (error) {
    console.error(interrupted.signal.aborted ? 'interrupted' : error instanceof Error ? error.message : error)
    return interrupted.signal.aborted ? 130 : 1
  }
}
