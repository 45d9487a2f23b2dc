import { chown, copyFile, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { runCommand } from './command.ts'
import { copyBundle } from './host-trust.ts'
import { makeSmallRoot, packRoot } from './small-root.ts'

/** A server of Prometheus' family to be packed as its official image is. */
export interface ServerImage {
  readonly name: 'prometheus' | 'alertmanager'
  /** The folder that its package was unpacked into. */
  readonly home: string
  /** The programs, by the name that they have in the image's /bin. */
  readonly programs: Readonly<Record<string, string>>
  /** The default configuration, as text. */
  readonly config: string
}

const nobody = 65534

/** Packs a root file system like that of the official image: busybox, the programs in /bin, the data folder of `nobody`. */
export async function makeServerRoot(server: ServerImage, file: string, workFolder: string): Promise<void> {
  const root = join(workFolder, server.name)
  await makeSmallRoot(root)
  await copyBundle(root)
  for (const [name, program] of Object.entries(server.programs)) {
    await copyFile(program, join(root, 'bin', name))
    await copyLibraries(program, root)
  }
  const shared = join('usr/share', server.name === 'prometheus' ? 'prometheus' : 'prometheus/alertmanager')
  if ((await readdir(join(server.home, 'usr/share'))).includes('prometheus')) {
    await cp(join(server.home, shared), join(root, shared), { recursive: true, verbatimSymlinks: true })
  }
  await mkdir(join(root, 'etc', server.name), { recursive: true })
  await writeFile(join(root, 'etc', server.name, fileOf(server)), server.config)
  await mkdir(join(root, server.name))
  await chown(join(root, server.name), nobody, nobody)
  await packRoot(root, file)
  await rm(root, { recursive: true })
}

/** How the official image is configured: which user, folder, port and default flags. */
export function serverImageChanges(server: Pick<ServerImage, 'name'>, port: number): string[] {
  const storage = server.name === 'prometheus' ? '--storage.tsdb.path' : '--storage.path'
  const config = `--config.file=/etc/${server.name}/${fileOf(server)}`
  return [
    'ENV PATH=/bin',
    'USER nobody',
    `WORKDIR /${server.name}`,
    `VOLUME /${server.name}`,
    `EXPOSE ${port}`,
    `ENTRYPOINT ["/bin/${server.name}"]`,
    `CMD ["${config}", "${storage}=/${server.name}"]`,
  ]
}

function fileOf({ name }: Pick<ServerImage, 'name'>): string {
  return `${name}.yml`
}

/** The packages' programs are linked to the C library alone, and run with this machine's. */
async function copyLibraries(program: string, root: string): Promise<void> {
  for (const [library] of (await runCommand('ldd', [program])).matchAll(/\/\S+\.so\S*/g)) {
    await mkdir(join(root, dirname(library)), { recursive: true })
    await copyFile(library, join(root, dirname(library), basename(library)))
  }
}
