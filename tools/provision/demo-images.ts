import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { isPresent, partFolder } from '../parts.mjs'
import { ensureAlertmanager } from './alertmanager.ts'
import { findImageLabels, importImage } from './image-import.ts'
import { assertMayInstall, isInstallForbidden } from './missing.ts'
import { ensurePart, type PartFacts } from './part.ts'
import { ensurePrometheus } from './prometheus.ts'
import { pullImage, registryAnswers } from './pull.ts'
import { say } from './say.ts'
import { makeNodeRoot, nodeImageChanges } from './stand-in-node.ts'
import { makeServerRoot, serverImageChanges } from './stand-in-server.ts'

/** The variables of demo/compose.yml that say which images it is made from. */
export interface DemoImages {
  readonly SELFHEAL_DEMO_NODE_IMAGE: string
  readonly SELFHEAL_DEMO_PROMETHEUS_IMAGE: string
  readonly SELFHEAL_DEMO_ALERTMANAGER_IMAGE: string
}

/** The official images, pinned: the defaults of demo/compose.yml. */
export const officialImages: DemoImages = {
  SELFHEAL_DEMO_NODE_IMAGE: 'node:24-trixie-slim',
  SELFHEAL_DEMO_PROMETHEUS_IMAGE: 'prom/prometheus:v3.5.0',
  SELFHEAL_DEMO_ALERTMANAGER_IMAGE: 'prom/alertmanager:v0.28.1',
}

const standInImages: DemoImages = {
  SELFHEAL_DEMO_NODE_IMAGE: 'selfheal-demo/node:24',
  SELFHEAL_DEMO_PROMETHEUS_IMAGE: 'selfheal-demo/prometheus:1',
  SELFHEAL_DEMO_ALERTMANAGER_IMAGE: 'selfheal-demo/alertmanager:1',
}

/**
 * Gives an engine the images that the demo is made from, and returns which those are: the official ones where the engine
 * has them or can pull them, else stand-ins built from Debian's packages.
 */
export async function ensureDemoImages(host: string): Promise<DemoImages> {
  if (await hasAll(host, officialImages)) return officialImages
  const areStandInsMade = isPresent('demo-images')
  if (!areStandInsMade) {
    assertMayInstall(['demo-images'])
    if (await pullOfficial(host)) return officialImages
  }
  const { folder, facts } = await ensurePart('demo-images', makeStandIns)
  await importStandIns(host, folder, facts.id ?? '')
  return standInImages
}

async function hasAll(host: string, images: DemoImages): Promise<boolean> {
  const labels = await Promise.all(Object.values(images).map((image: string) => findImageLabels(host, image)))
  return labels.every((found) => found !== undefined)
}

async function pullOfficial(host: string): Promise<boolean> {
  const images: string[] = Object.values(officialImages)
  if (isInstallForbidden() || !(await registryAnswers(host, images[0] ?? ''))) {
    say('the official images cannot be pulled from here: stand-ins are built from Debian packages')
    return false
  }
  for (const image of images) await pullImage(host, image)
  return true
}

async function makeStandIns(folder: string): Promise<PartFacts> {
  const prometheus = await ensurePrometheus('newest')
  const alertmanager = await ensureAlertmanager('newest')
  await makeServerRoot(
    {
      name: 'prometheus',
      home: partFolder('prometheus-newest'),
      programs: { prometheus: prometheus.prometheus, promtool: prometheus.promtool },
      config:
        "global: {scrape_interval: 15s}\nscrape_configs:\n  - job_name: prometheus\n    static_configs: [{targets: ['localhost:9090']}]\n",
    },
    join(folder, 'prometheus.tar'),
    folder,
  )
  await makeServerRoot(
    {
      name: 'alertmanager',
      home: alertmanager.home,
      programs: {
        alertmanager: join(alertmanager.home, 'usr/bin/prometheus-alertmanager'),
        amtool: alertmanager.amtool,
      },
      config: 'route: {receiver: none}\nreceivers: [{name: none}]\n',
    },
    join(folder, 'alertmanager.tar'),
    folder,
  )
  await makeNodeRoot(join(folder, 'node.tar'), folder)
  return { id: randomUUID(), prometheus: prometheus.version, alertmanager: alertmanager.version, node: process.version }
}

/** Imports those that the engine does not have from this very build. */
async function importStandIns(host: string, folder: string, id: string): Promise<void> {
  const imports = [
    { name: 'node', image: standInImages.SELFHEAL_DEMO_NODE_IMAGE, changes: nodeImageChanges },
    {
      name: 'prometheus',
      image: standInImages.SELFHEAL_DEMO_PROMETHEUS_IMAGE,
      changes: serverImageChanges({ name: 'prometheus' }, 9090),
    },
    {
      name: 'alertmanager',
      image: standInImages.SELFHEAL_DEMO_ALERTMANAGER_IMAGE,
      changes: serverImageChanges({ name: 'alertmanager' }, 9093),
    },
  ]
  for (const { name, image, changes } of imports) {
    const labels = await findImageLabels(host, image)
    if (labels?.['selfheal.stand-in'] === id) continue
    say(`importing ${image}`)
    await importImage(host, {
      file: join(folder, `${name}.tar`),
      image,
      changes: [...changes, `LABEL selfheal.stand-in=${id}`],
    })
  }
}
