/** The commands `pause` and `resume`, and their flags. */
import { type Command, Option } from 'commander'
import { serverAddress } from './api-client.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { listPauses, pause, resume } from './pauses.ts'

type Env = Readonly<Record<string, string | undefined>>

type Flags = {
  readonly url?: string
  readonly output: string
  readonly reason?: string
  readonly for?: string
  readonly list?: boolean
  readonly all?: boolean
}

const addCommand = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .argument('[target]', 'such as local/shop/web, or local/shop/* for all of a project; default: everything')
    .addOption(new Option('--url <address>', 'the running selfheal; default SELFHEAL_URL, else http://127.0.0.1:9196'))
    .addOption(new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json']).default('text'))

/** Throws `CommandFailed` for flags that do not go together. */
const readPause = (target: string | undefined, { reason, list, all, ...flags }: Flags) => {
  if (list === true || all === true) {
    const [given] = [target, reason, flags.for].filter((value) => value !== undefined)
    if (given === undefined) return null
    throw new CommandFailed(exitCode.usage, '--list and --all only show: expected neither a target, --reason nor --for')
  }
  // In an emergency the brake comes first: who paused is recorded in any case.
  const why = reason === undefined || reason.trim() === '' ? 'no reason given' : reason
  return { target: target ?? null, reason: why, for: flags.for ?? null }
}

/** Adds `pause` and `resume`. */
export function addPauses(program: Command, env: Env): void {
  addCommand(program, 'pause', 'stop selfheal from beginning anything, on one target or on everything')
    .option('--reason <text>', 'why, for whoever comes later; default: no reason given')
    .option('--for <duration>', 'how long, such as 2h; default: until it is resumed')
    .option('--list', 'show the pauses in force instead')
    .option('--all', 'show the newest pauses instead, also those that are over')
    .action(async (target: string | undefined, flags: Flags) => {
      const request = readPause(target, flags)
      const address = serverAddress(flags.url, env)
      const asJson = flags.output === 'json'
      if (request === null) await listPauses(address, { isAll: flags.all === true, asJson })
      else await pause(address, request, asJson)
    })
  addCommand(program, 'resume', 'end the pauses of exactly this target, or those of everything').action(
    async (target: string | undefined, { url, output }: Flags) => {
      await resume(serverAddress(url, env), target ?? null, output === 'json')
    },
  )
}
