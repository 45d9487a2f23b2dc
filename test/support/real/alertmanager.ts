import { join } from 'node:path'
import type { Age } from '../../../tools/provision/version.ts'
import { freePort } from './free-port.ts'
import { ownFolder } from './own-folder.ts'
import { type StartedServer, writeYaml } from './prometheus.ts'
import { startProcess } from './started-process.ts'
import { realWorld } from './world.ts'

/** An Alertmanager for a test. */
export interface AlertmanagerSpec {
  readonly version: Age
  /** alertmanager.yml, as text or as a value. */
  readonly config: string | object
  readonly flags?: readonly string[]
  /** Default: a free one. */
  readonly port?: number
}

/** Starts a real Alertmanager on loopback, without a cluster, and waits until it is ready. */
export async function startAlertmanager(spec: AlertmanagerSpec): Promise<StartedServer> {
  const { version, config, flags = [], port = await freePort() } = spec
  const folder = await ownFolder('alertmanager')
  await writeYaml(join(folder, 'alertmanager.yml'), config)
  const url = `http://127.0.0.1:${port}`
  const started = await startProcess({
    name: `alertmanager-${version}`,
    file: realWorld().alertmanager[version].alertmanager,
    args: [
      '--config.file=alertmanager.yml',
      '--storage.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
      ...flags,
    ],
    folder,
    readyUrl: `${url}/-/ready`,
  })
  return { ...started, url, port, folder }
}
