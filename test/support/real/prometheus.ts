import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Age } from '../../../tools/provision/version.ts'
import { freePort } from './free-port.ts'
import { ownFolder } from './own-folder.ts'
import { type StartedProcess, startProcess } from './started-process.ts'
import { realWorld } from './world.ts'

/** A Prometheus for a test. */
export interface PrometheusSpec {
  readonly version: Age
  /** prometheus.yml, as text or as a value. */
  readonly config: string | object
  /** Rule files by path; they lie beside the configuration, whose `rule_files` names them. */
  readonly rules?: Readonly<Record<string, string | object>>
  readonly flags?: readonly string[]
  /** Default: a free one. */
  readonly port?: number
}

/** A system of Prometheus' family that runs for a test, at `url` (no slash at the end), with its files in `folder`. */
export interface StartedServer extends StartedProcess {
  readonly url: string
  readonly port: number
  readonly folder: string
}

/** Starts a real Prometheus on loopback and waits until it is ready. */
export async function startPrometheus(spec: PrometheusSpec): Promise<StartedServer> {
  const { version, config, rules = {}, flags = [], port = await freePort() } = spec
  const folder = await ownFolder('prometheus')
  await writeYaml(join(folder, 'prometheus.yml'), config)
  for (const [path, text] of Object.entries(rules)) await writeYaml(join(folder, path), text)
  const url = `http://127.0.0.1:${port}`
  const started = await startProcess({
    name: `prometheus-${version}`,
    file: realWorld().prometheus[version].prometheus,
    args: [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
      ...flags,
    ],
    folder,
    readyUrl: `${url}/-/ready`,
  })
  return { ...started, url, port, folder }
}

/** Writes a configuration file; a value is written as JSON, which is YAML. */
export async function writeYaml(file: string, content: string | object): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
}
