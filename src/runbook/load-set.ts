/** Loads a set of runbooks into a thread of their own; a file that hangs or ends the thread costs only itself. */
import { validateRunbook, wantedExport } from '../authoring/validate-runbook.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { RunbookInfo } from '../remediation/ports.ts'
import type { RunbookFault } from './fault.ts'
import { explainLoadError } from './load-fault.ts'
import { placeFault, readText } from './place-fault.ts'
import type { Snapshot } from './protocol.ts'
import { type LoadedFile, startThread, type Thread, type ThreadOptions } from './thread.ts'

/** A fault together with the runbook whose loading it spoils. */
export type EntryFault = { readonly entry: string; readonly fault: RunbookFault }

/** A loaded set: its thread, its valid runbooks in file order, and what is wrong with the other files. */
export type LoadedSet = {
  readonly thread: Thread
  readonly infos: readonly RunbookInfo[]
  readonly faults: readonly EntryFault[]
  readonly snapshot: Snapshot
}

/** Which files to load, from where. */
export type SetOptions = Omit<ThreadOptions, 'input'> & {
  readonly files: readonly string[]
  readonly snapshot: Snapshot | null
}

const wantedModule = `${wantedExport}, or a subfolder for what is no runbook`

/** Loads the files, without those that get stuck. Rejects only when no thread can be started. */
export async function loadSet(options: SetOptions): Promise<LoadedSet> {
  const { deadlines, log, snapshot } = options
  const stuck: EntryFault[] = []
  let files = options.files
  for (;;) {
    const start = await startThread({ input: { files, snapshot }, deadlines, log })
    if (start.kind === 'started') {
      const { infos, faults } = validateAll(start.thread.files)
      return { thread: start.thread, infos, faults: [...stuck, ...faults], snapshot: start.thread.snapshot }
    }
    const { file, detail } = start
    const expected = 'a module that defines a runbook and does nothing else'
    // Which of its statements does not return cannot be told.
    stuck.push({ entry: file, fault: { file, line: 1, found: detail, expected } })
    files = files.filter((other) => other !== file)
  }
}

function validateAll(files: readonly LoadedFile[]): Pick<LoadedSet, 'infos' | 'faults'> {
  const infos = new Map<string, RunbookInfo>()
  const faults: EntryFault[] = []
  for (const loaded of files) {
    const { file } = loaded
    const blame = (...found: readonly RunbookFault[]): void => {
      for (const fault of found) faults.push({ entry: file, fault })
    }
    if (loaded.kind === 'failed') blame(explainLoadError(file, loaded.error, readText))
    else if (loaded.json === null)
      blame(placeFault(file, { path: [], found: 'no default export', expected: wantedModule }))
    else {
      const result = validateRunbook(JSON.parse(loaded.json))
      if (!result.ok) blame(...result.faults.map((fault) => placeFault(file, fault)))
      else {
        const { name } = result.runbook
        const other = infos.get(name)
        if (other === undefined) infos.set(name, deepFreeze({ ...result.runbook, file }))
        else {
          const found = `${JSON.stringify(name)}, the name of ${other.file}`
          blame(placeFault(file, { path: ['name'], found, expected: 'a name that no other runbook has' }))
        }
      }
    }
  }
  return { infos: [...infos.values()], faults }
}
