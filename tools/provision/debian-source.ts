import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { CommandError, runCommand } from './command.ts'

/** Where this machine gets Debian's packages from, and the keys that it trusts for them. */
export interface DebianSource {
  readonly uri: string
  /** A file of keys; undefined: those that apt itself trusts. */
  readonly keyring: string | undefined
}

const keyrings = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp']

/**
 * Reads the archive's address from the machine's own apt configuration, so that mirrors, proxies and credentials that
 * were set up for apt hold here too, and no host is written down in this project.
 */
export async function findDebianSource(): Promise<DebianSource> {
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? 'stable'
  const targets = await listTargets()
  const target =
    targets.find(({ release }) => release === codename) ??
    targets.find(({ release }) => ['stable', 'oldstable', 'testing', 'unstable', 'sid'].includes(release))
  if (!target) throw new Error(`apt on this machine has no source of Debian packages for ${codename}`)
  return { uri: target.uri, keyring: keyrings.find(existsSync) }
}

/** Without release information: a fresh machine has not read any list yet, and apt would leave out what it has not read. */
async function listTargets(): Promise<{ uri: string; release: string }[]> {
  const format = '$(REPO_URI)|$(RELEASE)|$(COMPONENT)'
  try {
    const text = await runCommand('apt-get', [
      'indextargets',
      '--no-release-info',
      '--format',
      format,
      'Created-By: Packages',
    ])
    return text
      .split('\n')
      .map((line) => line.split('|'))
      .flatMap(([uri, release, component]) => (uri && release && component === 'main' ? [{ uri, release }] : []))
  } catch (error) {
    if (error instanceof CommandError) throw new Error(`Debian's apt is needed to get packages: ${error.message}`)
    throw error
  }
}
