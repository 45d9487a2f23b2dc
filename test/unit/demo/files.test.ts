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
})
