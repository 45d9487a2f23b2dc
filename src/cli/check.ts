/** `check config` and `check runbooks`: all faults at once. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatFaults } from '../config/config-fault.ts'
import type { KnownRunbook } from '../config/known-runbooks.ts'
import { loadConfig } from '../config/load-config.ts'
import { findLateRules } from '../prometheus-rules/find-late-rules.ts'
import { readRules } from '../prometheus-rules/read-rules.ts'
import type { RunbookInfo } from '../remediation/ports.ts'
import { inspectRunbooks } from '../runbook/check.ts'
import { discoverRunbooks } from '../runbook/discover.ts'
import { formatRunbookFault, type RunbookFault } from '../runbook/fault.ts'
import { placeFault } from '../runbook/place-fault.ts'
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
 * Checks a configuration file, and that its routes name runbooks that its folders have, and parameters that those take.
 * What is wrong with the runbooks themselves is a warning here. Throws `CommandFailed`: faults, or `usage` where there is
 * no file to find faults in.
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

const findRunbooks = async (folders: readonly string[]): Promise<readonly KnownRunbook[]> => {
  const { runbooks, faults } = await inspectRunbooks(folders)
  for (const fault of faults) say(`warning: ${formatRunbookFault(fault)}`)
  return runbooks
}

/** The rules that ship, beside the runbooks; no such folder: they were not installed. */
const shippedRules = fileURLToPath(new URL('../../rules', import.meta.url))

/** Faults that runbooks have together with the rules whose alerts they take. */
const findRuleFaults = async (
  runbooks: readonly RunbookInfo[],
  given: readonly string[],
): Promise<readonly RunbookFault[]> => {
  const paths = given.length > 0 ? given : existsSync(shippedRules) ? [shippedRules] : []
  const { rules, faults } = await readRules(paths)
  const late = runbooks.flatMap((runbook) =>
    findLateRules(runbook, rules).map((fault) => placeFault(runbook.file, fault)),
  )
  return [...faults, ...late]
}

/**
 * Checks every runbook of the folders, and says how many there are; `rules` are Prometheus' rule files and folders of
 * them, the shipped ones where none are given. Throws `CommandFailed`: faults, one of them a folder without any runbook,
 * or `usage` where a folder cannot be read.
 */
export async function checkRunbookFolders(
  folders: readonly string[],
  options: { readonly asJson: boolean; readonly rules: readonly string[] },
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
  const { runbooks, faults: own } = await inspectRunbooks(folders)
  const faults = [...empty, ...own, ...(await findRuleFaults(runbooks, options.rules))]
  report({ faults, words: faults.map(formatRunbookFault).join('\n'), asJson: options.asJson, isUnreadable })
}
