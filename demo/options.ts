import { parseArgs } from 'node:util'

/** What was asked for on the command line. */
export type Options = {
  /** Leave everything running at the end. */
  readonly isKept: boolean
  /** selfheal may act; without it the same faults must stay. */
  readonly isHealing: boolean
  /** Write the results to stdout as JSON, and everything else to stderr. */
  readonly isJson: boolean
  /** Do nothing but remove what `--keep` left. */
  readonly isRemoval: boolean
}

/** What `--help` prints. */
export const usage = `usage: npm run demo [-- OPTIONS]

Starts a small shop with Prometheus, Alertmanager and selfheal in Docker, breaks four of its services from inside, and
shows what is seen, decided, done and proven. Exits with 0 when every fault ended as expected, else with 1.

  --keep              leave everything running and say where
  --remove            remove what --keep left
  --without-healing   let selfheal only observe: the faults stay, and the exit code is 1
  --json              write the results to stdout, everything else to stderr
`

/** Reads the options; throws a TypeError for one that does not exist, and returns undefined when help is asked for. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keep: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      'without-healing': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  return {
    isKept: values.keep,
    isHealing: !values['without-healing'],
    isJson: values.json,
    isRemoval: values.remove,
  }
}
