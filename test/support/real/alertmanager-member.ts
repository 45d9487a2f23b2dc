import { join } from 'node:path'
import type { Age } from '../../../tools/provision/version.ts'
import { freePort } from './free-port.ts'
import { ownFolder } from './own-folder.ts'
import { type StartedServer, writeYaml } from './prometheus.ts'
import { startProcess } from './started-process.ts'
import { realWorld } from './world.ts'

/** An Alertmanager that is started again, or is one of several. */
export interface MemberSpec {
  readonly version: Age
  readonly config: object
  /** Default: a new one. Give that of an earlier one to start on its storage. */
  readonly folder?: string
  /** Default: a free one. */
  readonly port?: number
  /** Its own port in the cluster, and those of all members. Default: it stands alone. */
  readonly cluster?: { readonly port: number; readonly members: readonly number[] }
}

/** An Alertmanager, with ways to change what it is told. */
export interface Member extends StartedServer {
  /** Writes another configuration and has it loaded; rejects when it is refused. */
  readonly reload: (config: object) => Promise<void>
}

/** Members gossip at once, and wait one second for each of those before them. */
const clusterFlags = ['--cluster.gossip-interval=50ms', '--cluster.peer-timeout=1s', '--cluster.pushpull-interval=1s']

/** Starts a real Alertmanager on loopback and waits until it is ready. */
export async function startMember(spec: MemberSpec): Promise<Member> {
  const { version, config, folder = await ownFolder('alertmanager'), port = await freePort(), cluster } = spec
  const file = join(folder, 'alertmanager.yml')
  await writeYaml(file, config)
  const url = `http://127.0.0.1:${port}`
  const started = await startProcess({
    name: `alertmanager-${version}`,
    file: realWorld().alertmanager[version].alertmanager,
    args: [
      '--config.file=alertmanager.yml',
      '--storage.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      ...flagsOf(cluster),
    ],
    folder,
    readyUrl: `${url}/-/ready`,
  })
  const reload = async (next: object) => {
    await writeYaml(file, next)
    const response = await fetch(`${url}/-/reload`, { method: 'POST' })
    if (!response.ok) throw new Error(`not reloaded: ${response.status} ${await response.text()}`)
  }
  return { ...started, url, port, folder, reload }
}

function flagsOf(cluster: MemberSpec['cluster']): readonly string[] {
  if (cluster === undefined) return ['--cluster.listen-address=']
  const { port, members } = cluster
  return [
    `--cluster.listen-address=127.0.0.1:${port}`,
    `--cluster.advertise-address=127.0.0.1:${port}`,
    ...members.filter((member) => member !== port).map((member) => `--cluster.peer=127.0.0.1:${member}`),
    ...clusterFlags,
  ]
}

/** How many members a member of a cluster sees, itself included. */
export async function membersSeenBy({ url }: Pick<Member, 'url'>): Promise<number> {
  const response = await fetch(`${url}/api/v2/status`)
  const { cluster }: { cluster: { status: string; peers?: readonly unknown[] } } = JSON.parse(await response.text())
  return cluster.status === 'ready' ? (cluster.peers?.length ?? 0) : 0
}
