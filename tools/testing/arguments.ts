import { parseArgs } from 'node:util'
import { type Tier, tiers } from './tiers.ts'

/** What `npm test -- ...` asks for. */
export interface TestArguments {
  readonly tiers: readonly Tier[]
  /** Handed to vitest as they are: path filters and its own options. */
  readonly vitestArguments: readonly string[]
}

/** The text that explains the arguments. */
export const usage = `usage: npm test -- [--tier NAME]... [-- VITEST ARGUMENTS]
tiers: ${tiers.map((tier) => tier.name).join(', ')}
example: npm test -- --tier contract -- test/contract/docker.test.ts -t 'restarts'`

/** Reads the arguments; throws an Error with a sentence for the user when they make no sense. */
export function parseTestArguments(args: readonly string[]): TestArguments {
  const end = args.indexOf('--')
  const own = end === -1 ? args : args.slice(0, end)
  const vitestArguments = end === -1 ? [] : args.slice(end + 1)
  const { values } = parseArgs({ args: [...own], options: { tier: { type: 'string', multiple: true } } })
  const names = (values.tier ?? []).flatMap((name) => name.split(','))
  const unknown = names.filter((name) => !tiers.some((tier) => tier.name === name))
  if (unknown.length > 0) throw new Error(`there is no tier ${unknown.join(', ')}`)
  return { tiers: tiers.filter((tier) => names.length === 0 || names.includes(tier.name)), vitestArguments }
}
