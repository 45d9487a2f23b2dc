import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { faults } from '../../../demo/faults.ts'
import { publishedServices } from '../../../demo/ports.ts'
import { rootFolder } from '../../../tools/parts.mjs'
import { officialImages } from '../../../tools/provision/demo-images.ts'

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly ports?: readonly string[]
        readonly restart?: string
        readonly labels?: Readonly<Record<string, string>>
        readonly volumes?: readonly string[]
        readonly healthcheck?: object
      }
    >
  >
}

const composeText = await readFile(join(rootFolder, 'demo/compose.yml'), 'utf8')
const compose: Compose = parse(composeText, { merge: true })

describe('the compose file of the demo', () => {
  it('names the pinned official images as the defaults of its variables', () => {
    for (const [variable, image] of Object.entries(officialImages))
      expect(composeText).toContain(`\${${variable}:-${image}}`)
  })

  it('publishes ports on the loopback address only', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? [])
    expect(ports).toHaveLength(publishedServices.length)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  it.each(faults.map(({ service }) => service))('lets selfheal touch %s, and nothing else bring it back', (service) => {
    expect(compose.services[service]).toMatchObject({ restart: 'no', labels: { 'selfheal.enable': 'true' } })
  })

  it('gives the Docker socket to selfheal alone', () => {
    const holders = Object.entries(compose.services).filter(([, service]) =>
      service.volumes?.some((volume) => volume.endsWith('/docker.sock')),
    )
    expect(holders.map(([name]) => name)).toEqual(['selfheal'])
  })

  it('gives each fault a service of its own', () => {
    expect(new Set(faults.map(({ service }) => service)).size).toBe(faults.length)
  })

  it('gives one of them a health check, so that a proof has one to ask', () => {
    expect(faults.filter(({ service }) => compose.services[service]?.healthcheck !== undefined)).toHaveLength(1)
  })

  it.each(faults)('runs a program in $service that breaks by $path and serves $work', async (fault) => {
    const program = await readFile(join(rootFolder, 'demo/app', `${fault.service}.ts`), 'utf8')
    expect(program).toMatch(new RegExp(`^  '?${fault.path}'?: \\(\\) =>`, 'm'))
    expect(program).toContain(`'GET ${fault.work}':`)
  })
})

describe('the Prometheus of the demo', () => {
  it.each(faults.map(({ service }) => service))('scrapes %s under the labels that name its target', async (service) => {
    const text = await readFile(join(rootFolder, 'demo/prometheus.yml'), 'utf8')
    const config: { scrape_configs: { job_name: string; static_configs: unknown[] }[] } = parse(text)
    const labels = {
      service,
      container_label_com_docker_compose_project: 'selfheal-demo',
      container_label_com_docker_compose_service: service,
    }
    expect(config.scrape_configs.find(({ job_name: job }) => job === 'services')?.static_configs).toContainEqual({
      targets: [`${service}:8080`],
      labels,
    })
  })
})

describe('the Alertmanager of the demo', () => {
  it('has the routes that ship, but for their timings', async () => {
    const routesOf = async (file: string) => {
      const { route }: { route: object } = parse(await readFile(join(rootFolder, file), 'utf8'))
      const isTiming = (key: string) => ['group_wait', 'group_interval', 'repeat_interval'].includes(key)
      return JSON.parse(JSON.stringify(route, (key, value: unknown) => (isTiming(key) ? undefined : value)))
    }
    expect(await routesOf('demo/alertmanager.yml')).toEqual(await routesOf('prometheus/alertmanager.yml'))
  })
})
