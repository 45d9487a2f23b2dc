/**
 * The command line: every command with its flags.
 *
 * What a command alone needs is imported when it runs: asking a server must not load one.
 */
import { Command, Option } from 'commander'
import { version } from '../lib/version.ts'
import { addDecisions } from './add-decisions.ts'
import { addPauses } from './add-pauses.ts'
import { listAlerts } from './alerts.ts'
import { serverAddress } from './api-client.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { listIncidents, showIncident } from './incidents.ts'
import { readAlertFile, readLabels } from './labels.ts'
import { planOnline } from './plan.ts'
import { listRunbooks } from './runbooks.ts'

type Env = Readonly<Record<string, string | undefined>>

const loadSettings = async (file: string | undefined, env: Env) => {
  const loader = await import('./load-settings.ts')
  return loader.loadSettings(file, env)
}

const configFlag = () =>
  new Option('--config.file <file>', 'configuration; default: mode advise, shipped runbooks, local Docker')
const urlFlag = () =>
  new Option('--url <address>', 'the running selfheal; default SELFHEAL_URL, else http://127.0.0.1:9196')
const outputFlag = () =>
  new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json']).default('text')

const addServe = (program: Command, env: Env): void => {
  program
    .command('serve')
    .description('run selfheal')
    .addOption(configFlag())
    .option('--storage.path <folder>', 'where everything is kept', 'data')
    .option('--web.listen-address <address>', 'where to listen', '127.0.0.1:9196')
    .option('--web.allow-unauthenticated', 'listen beyond loopback without tokens', false)
    .action(async (flags: Record<string, string | boolean | undefined>) => {
      const { serve } = await import('./serve.ts')
      await serve(
        {
          configFile: flags['config.file'] as string | undefined,
          storagePath: String(flags['storage.path']),
          listenAddress: String(flags['web.listenAddress']),
          allowUnauthenticated: flags['web.allowUnauthenticated'] === true,
        },
        env,
      )
    })
}

const addCheck = (program: Command, env: Env): void => {
  const check = program.command('check').description('find faults before they hurt')
  check
    .command('config')
    .description('all faults of a configuration: keys, values, secrets, and routes to runbooks that do not exist')
    .argument('[file]', 'configuration', 'selfheal.yml')
    .addOption(outputFlag())
    .action(async (file: string, flags: { output: string }) => {
      const { checkConfig } = await import('./check.ts')
      await checkConfig(file, { env, asJson: flags.output === 'json' })
    })
  check
    .command('runbooks')
    .description('all faults of the runbooks in folders')
    .argument('[folders...]', 'folders; default: those that --config.file names, else the shipped ones')
    .addOption(configFlag())
    .option(
      '--rules <files...>',
      "Prometheus' rule files, or folders of them, whose alerts the runbooks take; default: the shipped ones",
    )
    .addOption(outputFlag())
    .action(async (folders: string[], flags: Record<string, unknown>) => {
      if (folders.length > 0 && flags['config.file'] !== undefined) {
        throw new CommandFailed(exitCode.usage, 'expected either folders or --config.file')
      }
      const { checkRunbookFolders } = await import('./check.ts')
      const configFile = typeof flags['config.file'] === 'string' ? flags['config.file'] : undefined
      const chosen = folders.length > 0 ? folders : (await loadSettings(configFile, env)).runbooks.folders
      const rules = Array.isArray(flags.rules) ? flags.rules.map(String) : []
      await checkRunbookFolders(chosen, { asJson: flags.output === 'json', rules })
    })
  addCheckAlertmanager(check, env)
  addCheckSetup(check, env)
}

const addCheckAlertmanager = (check: Command, env: Env): void => {
  check
    .command('alertmanager')
    .description('what in an alertmanager.yml breaks healing: receivers, routes, intervals, inhibition')
    .argument('[file]', 'configuration of Alertmanager', 'alertmanager.yml')
    .option('--receiver <name>', 'the receiver that posts to selfheal; default: found by its address')
    .addOption(configFlag())
    .addOption(outputFlag())
    .action(async (file: string, flags: Record<string, string | undefined>) => {
      const { checkAlertmanager } = await import('./check-alertmanager.ts')
      await checkAlertmanager(file, {
        settings: await loadSettings(flags['config.file'], env),
        isConfigured: flags['config.file'] !== undefined,
        receiver: flags.receiver,
        asJson: flags.output === 'json',
      })
    })
}

const addCheckSetup = (check: Command, env: Env): void => {
  check
    .command('setup')
    .description('Docker, Prometheus, Alertmanager and the running selfheal: reachable, and connected with each other')
    .argument('[file]', 'configuration, in place of --config.file')
    .option('--receiver <name>', 'the receiver of Alertmanager that posts to selfheal; default: found by its name')
    .option('--notify-people', 'post the test alert even where people would be told as well', false)
    .addOption(configFlag())
    .addOption(urlFlag())
    .addOption(outputFlag())
    .action(async (file: string | undefined, flags: Record<string, string | boolean | undefined>) => {
      if (file !== undefined && flags['config.file'] !== undefined) {
        throw new CommandFailed(exitCode.usage, 'expected either a file or --config.file')
      }
      const [named, url, receiver] = ['config.file', 'url', 'receiver'].map((name) => {
        const value = flags[name]
        return typeof value === 'string' ? value : undefined
      })
      const config = file ?? named
      const { checkSetup } = await import('./check-setup.ts')
      await checkSetup({
        settings: await loadSettings(config, env),
        isConfigured: config !== undefined,
        receiver,
        server: serverAddress(url, env),
        mayNotifyPeople: flags.notifyPeople === true,
        asJson: flags.output === 'json',
      })
    })
}

const addPlan = (program: Command, env: Env): void => {
  program
    .command('plan')
    .description('what would be done for an alert now, and the way that its labels take through the routes')
    .argument('[alert]', 'file with an alert or an Alertmanager notification, as JSON')
    .option('--labels <pairs...>', 'labels as name=value')
    .addOption(
      new Option('--offline', 'without a server, from configuration, runbooks and containers').conflicts('url'),
    )
    .addOption(new Option('--config.file <file>', 'configuration for --offline; default: none'))
    .addOption(urlFlag())
    .addOption(new Option('-o, --output <format>', 'how to print the result').choices(['json', 'text']).default('json'))
    .action(async (file: string | undefined, flags: Record<string, unknown>) => {
      const output = { asJson: flags.output === 'json' }
      const pairs = Array.isArray(flags.labels) ? flags.labels.map(String) : []
      if ((file === undefined) === (pairs.length === 0)) {
        throw new CommandFailed(exitCode.usage, 'expected either an alert file or --labels name=value ...')
      }
      if (flags['config.file'] !== undefined && flags.offline !== true) {
        throw new CommandFailed(exitCode.usage, '--config.file is for --offline: a running selfheal has its own')
      }
      const alert = file === undefined ? readLabels(pairs) : await readAlertFile(file)
      if (flags.offline === true) {
        const { planOffline } = await import('./plan-offline.ts')
        await planOffline(await loadSettings(flags['config.file'] as string | undefined, env), alert, output)
      } else {
        await planOnline(serverAddress(flags.url as string | undefined, env), alert, output)
      }
    })
}

const addIncidents = (program: Command, env: Env): void => {
  const incidents = program.command('incidents').description('what happened, and where it stands')
  incidents
    .command('list', { isDefault: true })
    .description('the newest incidents')
    .option('--state <states>', 'comma list of states; open: all that have not ended')
    .option('--target <lineage>', 'engine/project/service, such as local/shop/web')
    .option('--runbook <name>', 'name of the runbook')
    .option('--limit <count>', 'how many at most, 1 to 200')
    .addOption(urlFlag())
    .addOption(outputFlag())
    .action(async ({ url, output, ...query }: { url?: string; output: string }) => {
      await listIncidents(serverAddress(url, env), query, output === 'json')
    })
  incidents
    .command('show')
    .description('one incident with its timeline')
    .argument('<id>', 'number of the incident')
    .addOption(urlFlag())
    .addOption(outputFlag())
    .action(async (id: string, { url, output }: { url?: string; output: string }) => {
      await showIncident(serverAddress(url, env), id, output === 'json')
    })
}

const addAlerts = (program: Command, env: Env): void => {
  program
    .command('alerts')
    .description('the newest alerts, and why something or nothing happened')
    .addOption(
      new Option('--routed <bool>', 'true: those that an incident took; false: the others').choices(['true', 'false']),
    )
    .option('--limit <count>', 'how many at most, 1 to 200')
    .addOption(urlFlag())
    .addOption(outputFlag())
    .action(async ({ url, output, ...query }: { url?: string; output: string }) => {
      await listAlerts(serverAddress(url, env), query, output === 'json')
    })
}

const addRunbooks = (program: Command, env: Env): void => {
  program
    .command('runbooks')
    .description('the loaded runbooks, and those that cannot be used')
    .addOption(urlFlag())
    .addOption(outputFlag())
    .action(async ({ url, output }: { url?: string; output: string }) => {
      await listRunbooks(serverAddress(url, env), output === 'json')
    })
}

/** Builds the command line; usage faults are thrown, not exited on. */
export function createProgram(env: Env): Command {
  const program = new Command('selfheal')
    .description('heals Docker services on the word of Alertmanager, and proves that it did')
    .version(version)
    .showHelpAfterError()
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 faults found, 2 usage or unreadable file, 3 server unreachable or failing, 4 not found,
5 conflict, 6 not allowed. Commands that ask a server send the token in SELFHEAL_TOKEN.`,
    )
  for (const add of [addServe, addCheck, addPlan, addIncidents, addDecisions, addPauses, addAlerts, addRunbooks])
    add(program, env)
  const override = (command: Command): void => {
    command.exitOverride()
    for (const child of command.commands) override(child)
  }
  override(program)
  return program
}
