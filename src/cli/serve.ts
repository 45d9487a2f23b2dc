/** `serve`: runs selfheal until it is told to stop. */
import type { Logger } from 'pino'
import { createFileWatch } from '../app/file-watch.ts'
import { CannotStart, startApp } from '../app.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { refusesToListen } from '../http/refuse-to-listen.ts'
import { systemClock } from '../lib/clock.ts'
import { releaseMemory } from '../lib/release-memory.ts'
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

type Env = Readonly<Record<string, string | undefined>>

/** Reads the configuration again. What must not listen on its address is a fault of it. */
const loadAgain = async (flags: ServeFlags, host: string, env: Env): Promise<LoadedConfig> => {
  const { configFile: file, allowUnauthenticated } = flags
  const loaded = await loadConfig({ ...(file === undefined ? {} : { file }), env })
  if (!loaded.ok) return loaded
  const { tokens } = loaded.settings.web
  if (refusesToListen({ host, tokens, allowUnauthenticated }) === null) return loaded
  const found = 'no token'
  const expected = 'at least one, as selfheal listens beyond loopback'
  const fault = { file: file ?? '(no file)', line: 1, column: 1, path: 'web.token_file', found, expected }
  return { ok: false, faults: [fault], isUnreadable: false }
}

/** Starts, waits for a signal, stops; SIGHUP reloads everything meanwhile. Rejects with `CommandFailed` when it cannot start. */
export async function serve(flags: ServeFlags, env: Env): Promise<void> {
  const listen = readListenAddress(flags.listenAddress)
  const { configFile: file } = flags
  // Before the first reading: what is changed while it is read is not missed.
  const watch = file === undefined ? null : createFileWatch({ file })
  const settings = await loadSettings(file, env)
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
  const source = { load: () => loadAgain(flags, listen.host, env), watch }
  const app = await start({ settings, source, storagePath: flags.storagePath, listen, log, clock: systemClock })
  const { address, port } = app
  hangup.set(app.reload)
  releaseMemory()
  log.info({ address, port, version, mode: settings.engine.mode, uptimeMs: Math.round(performance.now()) }, 'ready')
  const signal = await stop
  hangup.set(async () => {})
  log.info({ signal }, 'stopping')
  await app.stop()
  log.info({}, 'stopped')
}
