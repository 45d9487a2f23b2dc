import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { judge } from './judge.ts'
import type { Options } from './options.ts'
import { reportOf, resultsOf } from './report.ts'
import { setStage } from './stage.ts'
import { createTeardown } from './teardown.ts'
import { openTimeline } from './timeline.ts'
import { readTimings } from './timings.ts'
import { watchFaults } from './watch/until-settled.ts'
import { whereText } from './where.ts'

const resultsFile = join(import.meta.dirname, 'results.json')

/** Runs the demo and returns its exit code. What it started is removed again however it ends, unless it is to be kept. */
export async function runDemo(options: Options, signal: AbortSignal): Promise<number> {
  const out = options.isJson ? process.stderr : process.stdout
  const say = (text: string) => void process.stderr.write(`${text}\n`)
  const teardown = createTeardown()
  const timeline = openTimeline(out)
  let ending = { isGood: false, isKept: false }
  try {
    await rm(resultsFile, { force: true }) // an old one must not pass for this run's
    const stage = await setStage({ options, tell: timeline.tell, say, defer: teardown.defer, signal })
    say('everything is up: injecting the faults\n')
    const seen = await watchFaults(stage.scene, options.isHealing, signal)
    timeline.close()
    const verdicts = seen.map(judge)
    const results = resultsOf(verdicts)
    const text = `${JSON.stringify(results, null, 2)}\n`
    await writeFile(resultsFile, text)
    const { readyMs } = stage
    out.write(reportOf(verdicts, { timings: await readTimings(), readyMs, isHealing: options.isHealing }))
    if (options.isJson) process.stdout.write(text)
    if (options.isKept) out.write(whereText(stage))
    ending = { isGood: results.ok || !options.isHealing, isKept: options.isKept }
    return results.ok ? 0 : 1
  } catch (error) {
    ending = { isGood: signal.aborted, isKept: false }
    throw error
  } finally {
    timeline.close()
    await teardown.run(ending, say)
  }
}
