/** Finds the files of runbook folders. */
import { readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { RunbookFault } from './fault.ts'

/** The files to load, absolute, folder by folder and by name; and the folders that cannot be read. */
export type Discovered = { readonly files: readonly string[]; readonly faults: readonly RunbookFault[] }

/**
 * Lists the runbooks of the folders: every `.ts`, `.mts`, `.js` and `.mjs` file that lies directly in one of them, but no
 * tests (`.test.`), declarations (`.d.`) or hidden files. Subfolders are for what runbooks import.
 */
export async function discoverRunbooks(folders: readonly string[]): Promise<Discovered> {
  const files = new Set<string>()
  const faults: RunbookFault[] = []
  for (const folder of new Set(folders.map((folder) => resolve(folder)))) {
    try {
      const names = (await readdir(folder)).filter(isRunbookName).sort()
      for (const name of names) if (await isFile(join(folder, name))) files.add(join(folder, name))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      const found =
        code === 'ENOENT' ? 'nothing' : code === 'ENOTDIR' ? 'a file' : `a folder that cannot be read (${code})`
      faults.push({ file: folder, found, expected: 'a readable folder of runbooks' })
    }
  }
  return { files: [...files], faults }
}

function isRunbookName(name: string): boolean {
  return /^[^.].*\.m?[tj]s$/.test(name) && !/\.(?:test|spec|d)\.m?[tj]s$/.test(name)
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile()
  } catch {
    return true
  }
}
