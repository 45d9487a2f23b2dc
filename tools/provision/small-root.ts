import { chmod, copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureBusybox } from './busybox.ts'
import { runCommand } from './command.ts'

/** Fills a folder with the smallest useful root file system: busybox under all its names, users, an empty /tmp. */
export async function makeSmallRoot(folder: string): Promise<void> {
  const busybox = await ensureBusybox()
  for (const name of ['bin', 'etc', 'tmp', 'root', 'proc', 'sys', 'dev', 'var', 'www']) {
    await mkdir(join(folder, name), { recursive: true })
  }
  await chmod(join(folder, 'tmp'), 0o1777)
  await copyFile(busybox, join(folder, 'bin/busybox'))
  const names = (await runCommand(busybox, ['--list'])).split('\n').filter((name) => name !== '' && name !== 'busybox')
  for (const name of names) await symlink('busybox', join(folder, 'bin', name))
  await writeFile(
    join(folder, 'etc/passwd'),
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/tmp:/bin/false\n',
  )
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
  await writeFile(join(folder, 'etc/nsswitch.conf'), 'hosts: files dns\n')
}

/** Packs a folder as an image's root file system, everything owned as on the disk. */
export async function packRoot(folder: string, file: string): Promise<void> {
  await runCommand('tar', ['--create', '--numeric-owner', '--file', file, '--directory', folder, '.'])
}
