// npm run demo: breaks a small shop in Docker and shows how it is healed, with real Prometheus and real Alertmanager.
import { type Options, readOptions, usage } from './options.ts'
import { removeKept } from './remove.ts'
import { runDemo } from './run.ts'

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readArguments()
  if (typeof options === 'number') return options
  const interrupt = interruptible()
  try {
    if (options.isRemoval) await removeKept()
    return options.isRemoval ? 0 : await runDemo(options, interrupt)
  } catch (error) {
    const text = interrupt.aborted ? 'interrupted' : error instanceof Error ? error.message : String(error)
    process.stderr.write(`\nThe demo did not run to its end: ${text}\n`)
    return interrupt.aborted ? 130 : 1
  }
}

/** The options, or the exit code where there is nothing to run. */
function readArguments(): Options | number {
  try {
    const options = readOptions(process.argv.slice(2))
    if (options !== undefined) return options
    process.stdout.write(usage)
    return 0
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
}

/** A signal that aborts at the first interrupt, so that the demo cleans up; a second interrupt ends it at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      process.stderr.write('\ncleaning up (once more ends it at once)\n')
      controller.abort(new Error('interrupted'))
    })
  }
  return controller.signal
}
