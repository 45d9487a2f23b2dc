/** What the bench is asked for. */
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'

/** How the bench runs. */
export type Options = {
  /** Rounds of the comparison; each measures three servers at two numbers of connections. */
  readonly rounds: number
  /** How long each server is under load in a round. */
  readonly seconds: number
  /** Storms of 20,000 alerts. */
  readonly storms: number
  /** Calls of Docker that are timed. */
  readonly calls: number
  /** Where a folder for the storages is made, and removed afterwards: its disk is part of what is measured. */
  readonly data: string
  readonly isJson: boolean
}

/** For `--help`. */
export const usage = `usage: npm run bench:receiver [-- OPTIONS]
  --rounds N    rounds of the comparison (default 5)
  --seconds N   load on each server in each round (default 4)
  --storms N    storms of 20,000 alerts (default 3)
  --calls N     Docker calls that are timed (default 20)
  --data DIR    where the storages are kept while it runs (default: the folder for temporary files)
  --json        the result as one line of JSON
`

const count = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`--${name}: found ${JSON.stringify(text)}, expected a whole number above 0`)
}

/** Reads the arguments; `undefined` when help is asked for. Throws an error that names what is wrong. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      storms: { type: 'string', default: '3' },
      calls: { type: 'string', default: '20' },
      data: { type: 'string', default: tmpdir() },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  return {
    rounds: count('rounds', values.rounds),
    seconds: count('seconds', values.seconds),
    storms: count('storms', values.storms),
    calls: count('calls', values.calls),
    data: values.data,
    isJson: values.json,
  }
}
