import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { unpackPackages } from './debian-packages.ts'
import { findDebianSource } from './debian-source.ts'
import { say } from './say.ts'

/**
 * debootstrap downloads with wget, which a fresh Debian does not have; apt's own downloader is there, and goes the way
 * that apt was configured to go.
 */
const wget = `#!/bin/sh
for argument; do
  [ "$previous" = -O ] && file=$argument
  previous=$argument
done
exec /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "$argument" "$file"
`

/** Options of apt that decide whether this machine's archive can be read, and hold in an image too. */
const carriedOptions = /^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date) ".+";$/

/** Fills a folder with a minimal Debian 13, set up to get further packages as this machine does. Needs root. */
export async function makeDebianRoot(folder: string, workFolder: string): Promise<void> {
  const tools = join(workFolder, 'debootstrap')
  await unpackPackages('trixie', ['debootstrap'], tools)
  await mkdir(join(tools, 'bin'), { recursive: true })
  await writeFile(join(tools, 'bin/wget'), wget)
  await chmod(join(tools, 'bin/wget'), 0o755)
  const { uri, keyring } = await findDebianSource()
  const args = ['--variant=minbase', '--include=ca-certificates', ...(keyring ? [`--keyring=${keyring}`] : [])]
  say('making a minimal Debian (debootstrap), which takes a minute')
  await runCommand(
    'unshare', // what it mounts is gone when it ends, whatever happens
    ['--mount', join(tools, 'usr/sbin/debootstrap'), ...args, 'trixie', folder, uri],
    {
      env: {
        DEBOOTSTRAP_DIR: join(tools, 'usr/share/debootstrap'),
        PATH: `${tools}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      },
      timeoutMs: 900_000,
    },
  )
  const options = (await runCommand('apt-config', ['dump'])).split('\n').filter((line) => carriedOptions.test(line))
  await writeFile(join(folder, 'etc/apt/apt.conf.d/90machine'), `${options.join('\n')}\n`)
}
