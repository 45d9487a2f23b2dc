import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/telemetry/log.ts'
import { type FakeDaemon, startFakeDaemon } from '../../support/fake-docker-daemon.ts'

const project = 'shop'

/** One Docker engine with this many services, each of one container that runs. */
const startEngine = async (services: number): Promise<FakeDaemon> => {
  const daemon = await startFakeDaemon()
  onTestFinished(() => daemon[Symbol.asyncDispose]())
  for (let index = 0; index < services; index += 1) {
    const service = `service-${index}`
    const labels = {
      'com.docker.compose.project': project,
      'com.docker.compose.service': service,
      'selfheal.enable': 'true',
    }
    daemon.engine.start(daemon.engine.create({ name: `${project}-${service}-1`, labels }))
  }
  return daemon
}

const startSelfheal = async (daemon: FakeDaemon) => {
  const storagePath = mkdtempSync(join(tmpdir(), 'selfheal-calls-'))
  onTestFinished(() => rmSync(storagePath, { recursive: true, force: true }))
  const file = join(storagePath, 'selfheal.yml')
  writeFileSync(file, JSON.stringify({ mode: 'auto', docker: { host: daemon.host } }))
  const loaded = await loadConfig({ env: {}, flags: {}, file })
  if (!loaded.ok) throw new Error('the configuration has faults')
  const app = await startApp({
    settings: loaded.settings,
    storagePath,
    listen: { host: '127.0.0.1', port: 0 },
    log: createLog({ level: 'silent' }),
    clock: systemClock,
  })
  onTestFinished(() => app.stop())
  return app
}

const post = async (port: number, labels: Readonly<Record<string, string>>): Promise<void> => {
  const alert = { status: 'firing', labels, startsAt: new Date().toISOString() }
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: '4', receiver: 'selfheal', groupKey: '{}', alerts: [alert] }),
  })
  expect(answer.status).toBe(202)
}

/** Kills the container of a service, posts its alert, and answers what Docker was asked up to the start, by route. */
const heal = async (daemon: FakeDaemon, port: number, service: string) => {
  const container = daemon.engine.find(`${project}-${service}-1`)
  daemon.engine.end(container, 1)
  const before = daemon.calls.length
  const started = daemon.nextCall('start')
  await post(port, {
    ...{ alertname: 'ContainerDown', severity: 'critical', symptom: 'down' },
    container_label_com_docker_compose_project: project,
    container_label_com_docker_compose_service: service,
  })
  expect((await started).reference).toBe(container.id)
  const calls = daemon.calls.slice(before)
  const end = calls.findIndex(({ route }) => route === 'start')
  return { container, calls: calls.slice(0, end) }
}

it('asks for the list three times and looks only at the container that died, of fifty, before it starts it again', async () => {
  const daemon = await startEngine(50)
  const app = await startSelfheal(daemon)
  const { container, calls } = await heal(daemon, app.port, 'service-7')
  const inspected = calls.filter(({ route }) => route === 'inspect').map(({ reference }) => reference)
  // To find the target, to decide, and directly before the act.
  expect(inspected).toEqual([container.id, container.id, container.id])
  expect(calls.filter(({ route }) => route === 'list')).toHaveLength(3)
})

it('asks nothing of Docker for an alert that has no runbook', async () => {
  const daemon = await startEngine(3)
  const app = await startSelfheal(daemon)
  const before = daemon.calls.length
  await post(app.port, { alertname: 'NobodyKnows', service: 'service-1' })
  await expect
    .poll(async () => await (await fetch(`http://127.0.0.1:${app.port}/api/v1/alerts`)).text())
    .toContain('no-route')
  expect(daemon.calls.slice(before).filter(({ route }) => route === 'list' || route === 'inspect')).toEqual([])
})
