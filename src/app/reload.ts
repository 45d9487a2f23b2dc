/**
 * Reload: configuration, tokens and runbooks are read again, on a signal, a request or a change of the file.
 *
 * It is taken as a whole or not at all; each result is logged in one line and shown as a metric.
 */
import { formatFaults } from '../config/config-fault.ts'
import { findUnknownRunbooks } from '../config/known-runbooks.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import type { Settings } from '../config/settings.ts'
import { compareSettings } from '../config/settings-change.ts'
import type { Log } from '../lib/log.ts'
import type { RunbookInfo } from '../remediation/ports.ts'
import { formatRunbookFault } from '../runbook/fault.ts'
import type { RunbookHost } from '../runbook/host.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { LiveSettings } from './live-settings.ts'

/** What reloading is made with. */
export type ReloadDeps = {
  readonly live: Pick<LiveSettings, 'current' | 'replace'>
  /** Reads the configuration anew. */
  readonly load: () => Promise<LoadedConfig>
  readonly runbooks: Pick<RunbookHost, 'reload' | 'list'>
  readonly metrics: Pick<Metrics, 'reloaded'>
  readonly log: Log
  /** Called after new settings and runbooks were taken. */
  readonly taken: (settings: Settings) => void
}

/** What a reload led to: the keys that changed, or why everything stays as it was. Holds no secret. */
export type ReloadResult =
  | { readonly isReloaded: true; readonly changed: readonly string[] }
  | { readonly isReloaded: false; readonly why: readonly string[] }

type Refusal = { readonly phrase: string; readonly why: readonly string[] }

const refused = (phrase: string, why: readonly string[]): Refusal => ({ phrase, why })

/** Makes the reload; one runs at a time. It never rejects. */
export function createReload(deps: ReloadDeps): () => Promise<ReloadResult> {
  let last: Promise<unknown> = Promise.resolve()
  return () => {
    const result = last.then(() => reload(deps))
    last = result
    return result
  }
}

const reload = async (deps: ReloadDeps): Promise<ReloadResult> => {
  const { metrics, log } = deps
  try {
    const result = await attempt(deps)
    metrics.reloaded.set({}, 'phrase' in result ? 0 : 1)
    if (!('phrase' in result)) {
      log.info({ ...result }, 'reloaded')
      return { isReloaded: true, changed: result.changed }
    }
    log.error({ reason: result.phrase, found: result.why }, 'not reloaded, what was good stays in use')
    return { isReloaded: false, why: [result.phrase, ...result.why] }
  } catch (error) {
    metrics.reloaded.set({}, 0)
    log.error({ err: error }, 'not reloaded, what was good stays in use')
    return { isReloaded: false, why: ['the reload failed; the log says why'] }
  }
}

/** Some editors empty a file before they write it, and a disk may be full: routes, limits and tokens would be gone. */
const emptied: readonly string[] = ['the file: found nothing, expected its keys, or {} where the defaults are meant']

type Taken = {
  readonly changed: readonly string[]
  readonly runbooks: number
  readonly faults: number
  readonly warnings?: readonly string[]
}

const attempt = async (deps: ReloadDeps): Promise<Taken | Refusal> => {
  const { live, runbooks, log } = deps
  const loaded = await deps.load()
  if (!loaded.ok) return refused('the configuration has faults', formatFaults(loaded.faults).split('\n'))
  const { settings, warnings } = loaded
  const { live: changed, fixed } = compareSettings(live.current(), settings)
  if (loaded.isEmpty === true && changed.length + fixed.length > 0)
    return refused('the configuration is empty', emptied)
  if (fixed.length > 0) return refused(`a change of ${fixed.join(', ')} takes effect only after a restart`, [])
  let unusable: readonly string[] = []
  const { isSwapped, faults } = await runbooks.reload({
    ...settings.runbooks,
    isUsable: (infos: readonly RunbookInfo[]) => {
      unusable = findUnknownRunbooks(settings, infos)
      return unusable.length === 0
    },
  })
  if (unusable.length > 0) return refused('the routes do not fit the runbooks', unusable)
  for (const fault of faults) log.error({ ...fault }, 'runbook not usable')
  if (!isSwapped) return refused('a runbook that was fine is not any more', faults.map(formatRunbookFault))
  live.replace(settings)
  deps.taken(settings)
  return {
    changed,
    runbooks: runbooks.list().length,
    faults: faults.length,
    ...(warnings.length > 0 && { warnings }),
  }
}
