import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootFolder } from '../../../tools/parts.mjs'
import type { Age } from '../../../tools/provision/version.ts'
import { startAlertmanager } from '../real/alertmanager.ts'
import { engineHost } from '../real/engine.ts'
import { eventually } from '../real/eventually.ts'
import { freePort } from '../real/free-port.ts'
import { type StartedServer, startPrometheus } from '../real/prometheus.ts'
import { at, createNetwork } from './network.ts'
import { type Selfheal, startSelfheal } from './selfheal.ts'
import { type Service, startService } from './services.ts'

/** A loop for a test. */
export interface LoopSpec {
  readonly version: Age
  /** What is scraped and healed; its network is given. */
  readonly service?: Omit<NonNullable<Parameters<typeof startService>[0]>, 'create'>
  /** Changes the rules that ship. */
  readonly rules?: (shipped: string) => string
  /** Runbooks by file name, instead of those that ship. */
  readonly runbooks?: Readonly<Record<string, string>>
}

/** A service, the Prometheus that scrapes it, its Alertmanager, and a selfheal that may act: all real, with little patience. */
export interface Loop extends AsyncDisposable {
  readonly service: Service
  readonly selfheal: Selfheal
  readonly alertmanager: StartedServer
}

/** Starts a loop with the rules and runbooks that ship; resolves when the service is scraped. It ends with the test: `await using`. */
export async function startLoop(wanted: LoopSpec): Promise<Loop> {
  const { version, service: spec = {}, rules = (text) => text, runbooks } = wanted
  const parts: AsyncDisposable[] = []
  const keep = <Part extends AsyncDisposable>(part: Part): Part => {
    parts.push(part)
    return part
  }
  const dispose = async () => {
    for (const part of parts.splice(0).reverse()) await part[Symbol.asyncDispose]()
  }
  try {
    const network = keep(await createNetwork())
    const ports = { selfheal: await freePort(), prometheus: await freePort() }
    const config = alertmanagerConfig(ports.selfheal)
    const alertmanager = keep(await startAlertmanager({ version, config }))
    const own = runbooks === undefined ? {} : { runbooks: { folders: ['runbooks'] } }
    const selfheal = keep(
      await startSelfheal({
        port: ports.selfheal,
        config: { ...selfhealConfig(alertmanager.url, ports.prometheus), ...own },
        files: Object.fromEntries(Object.entries(runbooks ?? {}).map(([name, text]) => [`runbooks/${name}`, text])),
      }),
    )
    const place = at(network, 2)
    const hostConfig = { ...place.hostConfig, ...spec.hostConfig }
    const service = keep(await startService({ ...spec, ...place, hostConfig }))
    const prometheus = keep(
      await startPrometheus({
        version,
        port: ports.prometheus,
        rules: { 'rules/plain.yml': rules(await readFile(join(rootFolder, 'rules/plain.yml'), 'utf8')) },
        config: prometheusConfig({ alertmanager: alertmanager.port, service, address: network.address(2) }),
      }),
    )
    await eventually(`${prometheus.url} scrapes the service`, () => isUp(prometheus.url, service.service))
    return { service, selfheal, alertmanager, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

function selfhealConfig(alertmanagerUrl: string, prometheusPort: number): object {
  return {
    mode: 'auto',
    docker: { host: engineHost() },
    alertmanagers: [{ url: alertmanagerUrl }],
    prometheus: { url: `http://127.0.0.1:${prometheusPort}`, scrape_interval: '1s' },
    proof: { poll_interval: '500ms' },
  }
}

function alertmanagerConfig(selfhealPort: number): object {
  return {
    route: { receiver: 'selfheal', group_by: ['alertname', 'service'], group_wait: '0s', group_interval: '1s' },
    receivers: [
      {
        name: 'selfheal',
        webhook_configs: [{ url: `http://127.0.0.1:${selfhealPort}/api/v1/alerts`, send_resolved: true }],
      },
    ],
  }
}

interface Scraped {
  readonly alertmanager: number
  readonly service: Service
  readonly address: string
}

function prometheusConfig({ alertmanager, service, address }: Scraped): object {
  const labels = { service: service.service }
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules/plain.yml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
    scrape_configs: [
      {
        job_name: 'services',
        metrics_path: '/metrics.txt',
        static_configs: [{ targets: [`${address}:80`], labels }],
      },
    ],
  }
}

async function isUp(prometheus: string, service: string): Promise<boolean> {
  const query = encodeURIComponent(`up{service="${service}"} == 1`)
  const response = await fetch(`${prometheus}/api/v1/query?query=${query}`)
  return (await response.text()).includes(service)
}
