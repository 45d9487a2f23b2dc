import { existsSync } from 'node:fs'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { CommandError, runCommand } from './command.ts'
import { say } from './say.ts'

const policyFile = '/usr/sbin/policy-rc.d'

/** Installs Debian packages on this machine, without what they recommend and without starting their services. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  say(`installing Debian packages: ${packages.join(', ')}`)
  if (process.getuid?.() !== 0) throw new Error(`root is needed to install Debian packages: ${packages.join(', ')}`)
  await withoutServiceStarts(async () => {
    try {
      await aptGet('install', ...packages)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      say('reading the package lists (apt-get update)') // absent on a fresh machine, or older than the archive
      await aptGet('update')
      await aptGet('install', ...packages)
    }
  })
}

async function aptGet(...args: readonly string[]): Promise<void> {
  const options = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0']
  // RUNLEVEL: init scripts of packages do not start anything in single-user mode.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  await runCommand('apt-get', [...options, ...args], { env, timeoutMs: 900_000 })
}

/** Forbids packages to start services while `work` runs (Debian's policy-rc.d), unless a policy is in place already. */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile)) return work()
  await writeFile(policyFile, '#!/bin/sh\nexit 101\n')
  await chmod(policyFile, 0o755)
  try {
    await work()
  } finally {
    await rm(policyFile, { force: true })
  }
}
