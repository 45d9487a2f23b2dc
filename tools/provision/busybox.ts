import { join } from 'node:path'
import { unpackPackages } from './debian-packages.ts'
import { ensurePart } from './part.ts'

/** Returns a statically linked busybox: `ip` for the host, and the whole user land of the small images. */
export async function ensureBusybox(): Promise<string> {
  const { folder } = await ensurePart('busybox', (draft) => unpackPackages('bookworm', ['busybox-static'], draft))
  return join(folder, 'bin', 'busybox')
}
