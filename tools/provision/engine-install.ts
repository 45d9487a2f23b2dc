import { withLock } from '../lock.mjs'
import { isPresent, partFolder } from '../parts.mjs'
import { installPackages } from './apt.ts'
import { assertMayInstall } from './missing.ts'

/** Installs Docker's engine from Debian's packages unless this machine has one; its service is not started. */
export async function ensureEngineInstalled(): Promise<void> {
  if (isPresent('engine')) return
  assertMayInstall(['engine'])
  await withLock(`${partFolder('engine')}.lock`, async () => {
    if (!isPresent('engine')) await installPackages(['docker.io', 'iptables'])
  })
  if (!isPresent('engine')) throw new Error('the packages docker.io and iptables did not bring a working engine')
}
