import { expect, test } from 'vitest'
import type { Episode } from '../../../src/alert/episode.ts'
import { type ListDeps, listFor } from '../../../src/remediation/intake/list-for.ts'
import type { ContainerPort } from '../../../src/remediation/ports.ts'
import { settings } from '../../support/engine-world.ts'
import { InProcessRunbooks } from '../../support/in-process-runbooks.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { containerDown } from '../../support/test-runbooks.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const { signal } = new AbortController()

const episodeOf = (labels: Readonly<Record<string, string>>): Episode => ({
  ...{ id: 1, fingerprint: '0123456789abcdef', notification: 1, labels, annotations: {} },
  ...{ state: 'firing', openedBy: 'notification', startsAt: 0, openedAt: 0, lastSeenAt: 0 },
  ...{ listedAt: null, closedAt: null, incident: null, disposition: null },
})

/** Lists by name, as an adapter does. */
const createDeps = () => {
  const engine = new SimulatedEngine(new VirtualClock())
  for (const service of ['web', 'db', 'cache']) engine.add(service)
  const runbooks = new InProcessRunbooks([containerDown])
  let lists = 0
  const list: ContainerPort['list'] = async (_, whose) => {
    lists += 1
    const all = await engine.list(signal)
    const wanted = whose?.(all.map((container) => ({ ...container, name: container.replica.name })))
    return wanted === undefined ? all : all.filter(({ lineage }) => wanted.has(lineage))
  }
  const containers: ContainerPort = { engine: 'local', list, observe: engine.observe, perform: engine.perform }
  const deps: ListDeps = { containers, runbooks, settings }
  return { deps, lists: () => lists }
}

test('what alerts may be about is listed, and covers these alerts and no others', async () => {
  const { deps } = createDeps()
  const [web, db] = ['web', 'db'].map((service) => episodeOf({ symptom: 'down', service }))
  if (web === undefined || db === undefined) throw new Error('two episodes')
  const listing = await listFor(deps, [web], signal)
  expect(listing.containers).toMatchObject([{ service: 'web' }])
  expect([listing.covers([web]), listing.covers([db])]).toEqual([true, false])
})

test('an alert by address has everything listed', async () => {
  const { deps } = createDeps()
  const listing = await listFor(deps, [episodeOf({ symptom: 'down', instance: 'web:80' })], signal)
  expect(listing.containers).toHaveLength(3)
})

test('alerts without a runbook are covered without asking the engine, and one that has a runbook is not', async () => {
  const { deps, lists } = createDeps()
  const stray = episodeOf({ symptom: 'other', service: 'web' })
  const listing = await listFor(deps, [stray], signal)
  expect([lists(), listing.covers([stray])]).toEqual([0, true])
  expect(listing.covers([episodeOf({ symptom: 'down', service: 'web' })])).toBe(false)
})
