/** Checks runbooks without using them. */
import type { RunbookInfo } from '../remediation/ports.ts'
import type { RunbookFault } from './fault.ts'
import { loadRunbooks } from './host.ts'

/** The usable runbooks of folders, and what is wrong with the others. */
export type Inspected = { readonly runbooks: readonly RunbookInfo[]; readonly faults: readonly RunbookFault[] }

/** Loads every runbook of the folders, and unloads them again. */
export async function inspectRunbooks(folders: readonly string[]): Promise<Inspected> {
  const host = await loadRunbooks({ folders, deadlineMs: 1000 })
  await host.stop()
  return { runbooks: host.list(), faults: host.faults }
}

/** Loads every runbook of the folders and answers all faults at once; an empty list means that all of them are usable. */
export async function checkRunbooks(folders: readonly string[]): Promise<readonly RunbookFault[]> {
  return (await inspectRunbooks(folders)).faults
}
