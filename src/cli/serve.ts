/** `serve`: runs selfheal until it is told to stop. */
import type { Logger } from 'pino'
import { CannotStart, startApp } from '../app.ts'
import { refusesToListen } from '../http/refuse-to-listen.ts'
import { systemClock } from '../lib/clock.ts'
import { version } from '../lib/version.ts'
import { createLog } from '../telemetry/log.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { readListenAddress } from './listen-address.ts'
import { loadSettings } from './load-settings.ts'

/** Flags of `serve`. */
export type ServeFlags = {
  readonly configFile: string | undefined
  readonly storagePath: string
  readonly listenAddress: string
  readonly allowUnauthenticated: boolean
}

const stopSignals = ['SIGTERM', 'SIGINT'] as const

/** Resolves with the first signal that asks to stop; a second one ends the process at once. */
const signalled = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of stopSignals) {
      process.once(signal, () => {
        resolve(signal)
        process.once(signal, () => process.exit(130))
      })
    }
  })

/** Turns each SIGHUP into a reload; before there is anything to reload, it does nothing. */
const reloadOnHangup = (): { readonly set: (reload: () => Promise<void>) => void } => {
  let reload = async (): Promise<void> => {}
  process.on('SIGHUP', () => void reload())
  return {
    set: (given) => {
      reload = given
    },
  }
}

const start = async (options: Parameters<typeof startApp>[0]) => {
  try {
    return await startApp(options)
  } catch (error) {
    throw error instanceof CannotStart ? new CommandFailed(exitCode.usage, error.message) : error
  }
}

/** A mistake of ours ends the process, as what it left behind is not known; the next start goes on from the storage. */
const logCrash = (log: Logger): void => {
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'crashed')
    process.exit(exitCode.faults)
  })
}

/** Starts, waits for a signal, stops; SIGHUP reloads the runbooks meanwhile. Rejects with `CommandFailed` when it cannot start. */
export async function serve(flags: ServeFlags, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const listen = readListenAddress(flags.listenAddress)
  const settings = await loadSettings(flags.configFile, env)
  const refusal = refusesToListen({
    host: listen.host,
    tokens: settings.web.tokens,
    allowUnauthenticated: flags.allowUnauthenticated,
  })
  if (refusal !== null) throw new CommandFailed(exitCode.usage, refusal)
  const log = createLog({ level: settings.log.level })
  logCrash(log)
  const stop = signalled()
  const hangup = reloadOnHangup()
  const app = await start({ settings, storagePath: flags.storagePath, listen, log, clock: systemClock })
  const { address, port } = app
  hangup.set(app.reload)
  log.info({ address, port, version, mode: settings.engine.mode, uptimeMs: Math.round(performance.now()) }, 'ready')
  const signal = await stop
  hangup.set(async () => {})
  log.info({ signal }, 'stopping')
  await app.stop()
  log.info({}, 'stopped')
}
