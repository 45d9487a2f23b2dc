import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { makeDebianRoot } from './debootstrap.ts'
import { copyNpmRegistry, copyTrust } from './host-trust.ts'
import { packRoot } from './small-root.ts'

/** How the stand-in for the official Node image is configured. */
export const nodeImageChanges = [
  'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt',
  'CMD ["node"]',
]

/** Packs a root file system like that of the official Node image: Debian, Node and npm in /usr/local, a user `node`. */
export async function makeNodeRoot(file: string, workFolder: string): Promise<void> {
  const root = join(workFolder, 'node')
  await makeDebianRoot(root, workFolder)
  await copyTrust(root)
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'))
  const npm = [
    'install',
    '--global',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefix',
    join(root, 'usr/local'),
    'npm@11',
  ]
  await runCommand('npm', npm, { cwd: '/', env: { npm_config_prefix: undefined, npm_config_local_prefix: undefined } })
  await copyNpmRegistry(root)
  await runCommand('chroot', [root, 'useradd', '--create-home', '--shell', '/bin/bash', '--uid', '1000', 'node'])
  for (const folder of ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/man', 'usr/share/locale']) {
    await rm(join(root, folder), { recursive: true, force: true })
  }
  await mkdir(join(root, 'var/cache/apt/archives/partial'), { recursive: true })
  await mkdir(join(root, 'var/lib/apt/lists/partial'), { recursive: true })
  await packRoot(root, file)
  await rm(root, { recursive: true })
}
