/** Checks runbooks without using them. */
import type { RunbookFault } from './fault.ts'
import { loadRunbooks } from './host.ts'

/** Loads every runbook of the folders and answers all faults at once; an empty list means that all of them are usable. */
export async function checkRunbooks(folders: readonly string[]): Promise<readonly RunbookFault[]> {
  const host = await loadRunbooks({ folders, deadlineMs: 1000 })
  await host.stop()
  return host.faults
}
