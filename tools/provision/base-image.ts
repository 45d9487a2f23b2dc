import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importImage } from './image-import.ts'
import { makeSmallRoot, packRoot } from './small-root.ts'

/** The image that tests run their containers from: busybox, and a page in /www for its `httpd`. */
export const baseImage = 'selfheal-test/base:1'

/** Gives an engine the image that tests use; nothing is downloaded. */
export async function buildBaseImage(host: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'selfheal-image-'))
  try {
    const root = join(folder, 'root')
    await makeSmallRoot(root)
    await writeFile(join(root, 'www/index.html'), 'ok\n')
    const file = join(folder, 'root.tar')
    await packRoot(root, file)
    const changes = ['ENV PATH=/bin', 'CMD ["sleep", "infinity"]']
    await importImage(host, { file, image: baseImage, changes })
  } finally {
    await rm(folder, { recursive: true })
  }
}
