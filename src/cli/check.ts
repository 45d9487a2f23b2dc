/** `check config` and `check runbooks`: all faults at once. */
import { resolve } from 'node:path'
import { formatFaults } from '../config/config-fault.ts'
import { loadConfig } from '../config/load-config.ts'
import { checkRunbooks } from '../runbook/check.ts'
import { formatRunbookFault } from '../runbook/fault.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { printJson, say } from './output.ts'

type Env = Readonly<Record<string, string | undefined>>

type Found = {
  readonly faults: readonly unknown[]
  readonly words: string
  readonly asJson: boolean
  /** There was nothing to look into. */
  readonly isUnreadable: boolean
}

const report = ({ faults, words, asJson, isUnreadable }: Found): void => {
  if (asJson) printJson({ ok: faults.length === 0, faults })
  if (faults.length === 0) {
    if (!asJson) say('ok')
    return
  }
  throw new CommandFailed(isUnreadable ? exitCode.usage : exitCode.faults, asJson ? '' : words)
}

/** Checks a configuration file. Throws `CommandFailed`: faults, or `usage` where there is no file to find faults in. */
export async function checkConfig(
  file: string,
  options: { readonly env: Env; readonly asJson: boolean },
): Promise<void> {
  const loaded = await loadConfig({ file, env: options.env })
  const faults = loaded.ok ? [] : loaded.faults
  if (loaded.ok) for (const warning of loaded.warnings) say(`warning: ${warning}`)
  const isUnreadable = !loaded.ok && loaded.isUnreadable
  report({ faults, words: formatFaults(faults), asJson: options.asJson, isUnreadable })
}

/** Checks every runbook of the folders. Throws `CommandFailed`: faults, or `usage` where a folder cannot be read. */
export async function checkRunbookFolders(
  folders: readonly string[],
  options: { readonly asJson: boolean },
): Promise<void> {
  const faults = await checkRunbooks(folders)
  const named = folders.map((folder) => resolve(folder))
  const isUnreadable = faults.some(({ file }) => named.includes(file))
  report({ faults, words: faults.map(formatRunbookFault).join('\n'), asJson: options.asJson, isUnreadable })
}
