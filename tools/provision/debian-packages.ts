import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import type { PartFacts } from './part.ts'
import { downloadPackages, type Suite } from './suite.ts'

/**
 * Unpacks packages of a suite into `folder` without installing them: no scripts of theirs run, dependencies are not
 * followed. Returns the version of each.
 */
export async function unpackPackages(suite: Suite, packages: readonly string[], folder: string): Promise<PartFacts> {
  const downloads = join(folder, '.packages')
  const files = await downloadPackages(suite, packages, downloads)
  const versions: Record<string, string> = {}
  for (const file of files) {
    await runCommand('dpkg-deb', ['--extract', file, folder])
    const fields = await runCommand('dpkg-deb', ['--field', file, 'Package', 'Version'])
    const [, name = '', version = ''] = /^Package: (.*)\nVersion: (.*)$/m.exec(fields) ?? []
    versions[name] = version
  }
  await rm(downloads, { recursive: true })
  return { suite, ...versions }
}
