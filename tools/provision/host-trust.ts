import { existsSync } from 'node:fs'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'

const hostCertificates = '/usr/local/share/ca-certificates'
const bundle = 'etc/ssl/certs/ca-certificates.crt'

/** Makes a Debian root trust what this machine's administrator trusts: registries behind an intercepting proxy are normal. */
export async function copyTrust(root: string): Promise<void> {
  if (existsSync(hostCertificates)) await cp(hostCertificates, join(root, hostCertificates), { recursive: true })
  await runCommand('chroot', [root, 'update-ca-certificates'])
}

/** Gives a root without Debian's tools this machine's bundle of certificates, where it has one. */
export async function copyBundle(root: string): Promise<void> {
  if (!existsSync(`/${bundle}`)) return
  await mkdir(join(root, 'etc/ssl/certs'), { recursive: true })
  await cp(`/${bundle}`, join(root, bundle), { dereference: true })
}

/** Makes npm in a root use the registry that npm on this machine uses; credentials are not copied. */
export async function copyNpmRegistry(root: string): Promise<void> {
  const registry = (await runCommand('npm', ['config', 'get', 'registry'], { cwd: '/' })).trim()
  await mkdir(join(root, 'usr/local/etc'), { recursive: true })
  await writeFile(join(root, 'usr/local/etc/npmrc'), `registry=${registry}\n`)
}
