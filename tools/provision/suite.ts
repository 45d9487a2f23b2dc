import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withLock } from '../lock.mjs'
import { cacheFolder } from '../parts.mjs'
import { CommandError, runCommand } from './command.ts'
import { findDebianSource } from './debian-source.ts'
import { say } from './say.ts'

/** A release of Debian, by its code name. */
export type Suite = 'bookworm' | 'trixie' | 'sid'

/** Downloads packages of a suite into `folder` and returns the files. apt checks the signature and each file's hash. */
export async function downloadPackages(suite: Suite, packages: readonly string[], folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  await withLock(join(suiteFolder(suite), 'lock'), async () => {
    const wasListed = await readLists(suite)
    try {
      await fetchPackages(suite, packages, folder)
    } catch (error) {
      if (!wasListed || !(error instanceof CommandError)) throw error
      await refreshLists(suite) // the lists of an earlier day may name files that the archive no longer has
      await fetchPackages(suite, packages, folder)
    }
  })
  const files = await readdir(folder)
  return files.filter((file) => file.endsWith('.deb')).map((file) => join(folder, file))
}

/** Whether the lists were there already; reads them where they were not. */
async function readLists(suite: Suite): Promise<boolean> {
  const lists = join(suiteFolder(suite), 'state', 'lists')
  const isListed = existsSync(lists) && (await readdir(lists)).some((name) => name.includes('Packages'))
  if (!isListed) await refreshLists(suite)
  return isListed
}

async function refreshLists(suite: Suite): Promise<void> {
  const folder = suiteFolder(suite)
  const { uri, keyring } = await findDebianSource()
  await rm(join(folder, 'state'), { recursive: true, force: true })
  await mkdir(join(folder, 'state', 'lists', 'partial'), { recursive: true })
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true })
  const options = keyring === undefined ? '' : `[signed-by=${keyring}] `
  await writeFile(join(folder, 'sources.list'), `deb ${options}${uri} ${suite} main\n`)
  say(`reading the package lists of Debian ${suite}`)
  try {
    // Without the option apt-get calls it a success when a list could not be read.
    await runCommand('apt-get', [...aptOptions(suite), '-o', 'APT::Update::Error-Mode=any', '-q', 'update'])
  } catch (error) {
    await rm(join(folder, 'state'), { recursive: true, force: true })
    const isKeyMissing = error instanceof CommandError && error.output.includes('NO_PUBKEY')
    const hint = `this machine does not have the key of Debian ${suite}: apt-get install debian-archive-keyring`
    throw isKeyMissing ? new Error(`${hint}\n${error.message}`) : error
  }
}

async function fetchPackages(suite: Suite, packages: readonly string[], folder: string): Promise<void> {
  await runCommand('apt-get', [...aptOptions(suite), '-q', 'download', ...packages], { cwd: folder })
}

function suiteFolder(suite: Suite): string {
  return join(cacheFolder, 'debian', suite)
}

/** Gives apt a world of its own, so that the machine's lists, and what is installed on it, stay as they are. */
function aptOptions(suite: Suite): string[] {
  const folder = suiteFolder(suite)
  const options = {
    'Dir::State': join(folder, 'state'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': join(folder, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Acquire::Languages': 'none',
    'APT::Sandbox::User': 'root', // apt's own user may not enter the folder of the checkout
    'APT::Update::Post-Invoke': '',
    'APT::Update::Post-Invoke-Success': '',
  }
  return Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])
}
