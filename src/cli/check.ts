/** `check config` and `check runbooks`: all faults at once. */
import { resolve } from 'node:path'
import { formatFaults } from '../config/config-fault.ts'
import { loadConfig } from '../config/load-config.ts'
import { checkRunbooks } from '../runbook/check.ts'
import { discoverRunbooks } from '../runbook/discover.ts'
import { formatRunbookFault, type RunbookFault } from '../runbook/fault.ts'
import { loadRunbooks } from '../runbook/host.ts'
import { CommandFailed, exitCode } from './exit-code.ts'
import { printJson, say } from './output.ts'

const anyRunbook = 'a file that ends with .ts, .mts, .js or .mjs directly in the folder, and is no test'

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

/**
 * Checks a configuration file, and that its routes name runbooks that its folders have. What is wrong with the runbooks
 * themselves is a warning here. Throws `CommandFailed`: faults, or `usage` where there is no file to find faults in.
 */
export async function checkConfig(
  file: string,
  options: { readonly env: Env; readonly asJson: boolean },
): Promise<void> {
  const loaded = await loadConfig({ file, env: options.env, findRunbooks })
  const faults = loaded.ok ? [] : loaded.faults
  if (loaded.ok) for (const warning of loaded.warnings) say(`warning: ${warning}`)
  const isUnreadable = !loaded.ok && loaded.isUnreadable
  report({ faults, words: formatFaults(faults), asJson: options.asJson, isUnreadable })
}

const findRunbooks = async (folders: readonly string[]): Promise<readonly string[]> => {
  const host = await loadRunbooks({ folders, deadlineMs: 1000 })
  await host.stop()
  for (const fault of host.faults) say(`warning: ${formatRunbookFault(fault)}`)
  return host.list().map(({ name }) => name)
}

/**
 * Checks every runbook of the folders, and says how many there are. Throws `CommandFailed`: faults, one of them a folder
 * without any runbook, or `usage` where a folder cannot be read.
 */
export async function checkRunbookFolders(
  folders: readonly string[],
  options: { readonly asJson: boolean },
): Promise<void> {
  const empty: RunbookFault[] = []
  let isUnreadable = false
  for (const folder of new Set(folders.map((name) => resolve(name)))) {
    const { files, faults } = await discoverRunbooks([folder])
    if (faults.length > 0) {
      isUnreadable = true
      continue
    }
    const count = files.length === 0 ? 'no runbook' : files.length === 1 ? '1 runbook' : `${files.length} runbooks`
    say(`${count} found in ${folder}`)
    if (files.length === 0) empty.push({ file: folder, found: 'no runbook', expected: anyRunbook })
  }
  const faults = [...empty, ...(await checkRunbooks(folders))]
  report({ faults, words: faults.map(formatRunbookFault).join('\n'), asJson: options.asJson, isUnreadable })
}
