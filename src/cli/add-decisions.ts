/** The commands with which a person decides, and their flags. */
import { type Command, Option } from 'commander'
import { serverAddress } from './api-client.ts'
import { acknowledge, close, decideProposal } from './decide.ts'

type Env = Readonly<Record<string, string | undefined>>

type Flags = {
  readonly url?: string
  readonly output: string
  readonly comment?: string
  readonly proposal?: string
  readonly overBudget?: boolean
  readonly resume?: boolean
}

const addDecision = (program: Command, name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .argument('<id>', 'number of the incident')
    .option('--comment <text>', 'kept beside the decision')
    .addOption(new Option('--url <address>', 'the running selfheal; default SELFHEAL_URL, else http://127.0.0.1:9196'))
    .addOption(new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json']).default('text'))

const chosen = 'the proposal that you have seen; default: the current one, which is shown'

/** Adds `approve`, `reject`, `ack` and `close`. */
export function addDecisions(program: Command, env: Env): void {
  addDecision(program, 'approve', 'let selfheal do what it proposes; the guards run again')
    .option('--proposal <id>', chosen)
    .option('--over-budget', 'one attempt may pass the budgets and the cooldown; it is still counted', false)
    .action(async (id: string, { url, output, ...flags }: Flags) => {
      await decideProposal(serverAddress(url, env), id, { verb: 'approve', ...flags, asJson: output === 'json' })
    })
  addDecision(program, 'reject', 'selfheal must not do what it proposes')
    .option('--proposal <id>', chosen)
    .action(async (id: string, { url, output, ...flags }: Flags) => {
      await decideProposal(serverAddress(url, env), id, { verb: 'reject', ...flags, asJson: output === 'json' })
    })
  addDecision(program, 'ack', 'you know of an escalation: selfheal does not repeat it')
    .option('--resume', 'automation goes on, from the first rung and within its budgets', false)
    .action(async (id: string, { url, output, ...flags }: Flags) => {
      await acknowledge(serverAddress(url, env), id, { ...flags, asJson: output === 'json' })
    })
  addDecision(program, 'close', 'the incident is over, by your word').action(
    async (id: string, { url, output, ...flags }: Flags) => {
      await close(serverAddress(url, env), id, { ...flags, asJson: output === 'json' })
    },
  )
}
