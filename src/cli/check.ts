/** `check config` and `check runbooks`: all faults at once. */
import { formatFaults } from '../config/config-fault.ts'
import { loadConfig } from '../config/load-config.ts'
import { checkRunbooks } from '../runbook/check.ts'
import { formatRunbookFault } from '../runbook/fault.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { printJson, say } from './output.ts'

type Env = Readonly<Record<string, string | undefined>>

const report = (faults: readonly unknown[], words: string, asJson: boolean): void => {
  if (asJson) printJson({ ok: faults.length === 0, faults })
  if (faults.length === 0) {
    if (!asJson) say('ok')
    return
  }
  throw new CommandFailed(exitCode.faults, asJson ? '' : words)
}

/** Checks a configuration file. */
export async function checkConfig(
  file: string,
  options: { readonly env: Env; readonly asJson: boolean },
): Promise<void> {
  const loaded = await loadConfig({ file, env: options.env })
  const faults = loaded.ok ? [] : loaded.faults
  if (loaded.ok) for (const warning of loaded.warnings) say(`warning: ${warning}`)
  report(faults, formatFaults(faults), options.asJson)
}

/** Checks every runbook of a folder, or of the folders that the configuration names. */
export async function checkRunbookFolders(
  folders: readonly string[],
  options: { readonly asJson: boolean },
): Promise<void> {
  const faults = await checkRunbooks(folders)
  report(faults, faults.map(formatRunbookFault).join('\n'), options.asJson)
}
