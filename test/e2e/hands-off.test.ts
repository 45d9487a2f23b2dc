import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { at, createNetwork, type Network } from '../support/e2e/network.ts'
import { runSelfheal } from '../support/e2e/node-program.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, startSelfheal } from '../support/e2e/selfheal.ts'
import { type Service, startService } from '../support/e2e/services.ts'
import type { ContainerSpec } from '../support/real/containers.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'

// What selfheal was not given, or must never touch, has a real fault here, with a real alert, a runbook that matches and
// a mode that acts; beside it, the same fault where nothing speaks against healing it.

let network: Network
let selfheal: Selfheal

beforeAll(async () => {
  network = await createNetwork()
  selfheal = await startSelfheal({
    files: { 'runbooks/quick.ts': runbookText() },
    config: {
      ...quickConfig(engineHost()),
      alertmanagers: [{ url: `http://${network.address(10)}:9093` }],
      prometheus: { url: `http://${network.address(11)}:9090` },
      escalation: { webhooks: [{ name: 'pager', url: `http://${network.address(12)}:8080/hook` }] },
    },
  })
})

afterAll(async () => {
  await selfheal[Symbol.asyncDispose]()
  await network[Symbol.asyncDispose]()
})

/** Posts that the service is down and waits for what selfheal makes of it. */
async function verdictOn({ down, service }: Service) {
  const { status } = await selfheal.post({ labels: down })
  expect(status).toBe(202)
  return eventually(`a word on ${service}`, async () => {
    const alert = (await selfheal.alerts()).find(({ labels }) => labels.service === service)
    return alert !== undefined && (alert.reason !== null || alert.incident !== null) ? alert : undefined
  })
}

/** Crashes the service, says so, and expects that it is left as it is, for the reason. */
async function expectUntouched(service: Service, reason: string, detail: RegExp): Promise<void> {
  await service.signalFromHost('SIGKILL')
  await service.gone()
  const alert = await verdictOn(service)
  expect(alert).toMatchObject({ incident: null, reason, detail: expect.stringMatching(detail) })
  expect(await selfheal.incident(service.target)).toBeUndefined()
  expect(service.starts()).toBe(1)
  expect(await service.isRunning()).toBe(false)
}

describe.concurrent('a crashed service', { timeout: 120_000 }, () => {
  test('that was opted in is healed', async () => {
    await using service = await startService()
    await service.signalFromHost('SIGKILL')
    await service.gone()
    await verdictOn(service)
    const incident = await selfheal.until(service.target, ({ state }) => state === 'ended')
    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1 })
    expect(service.starts()).toBe(2)
  })

  const notGiven: readonly [string, ContainerSpec][] = [
    ['without a label', { labels: { 'selfheal.enable': null } }],
    ['with selfheal.enable=false', { labels: { 'selfheal.enable': 'false' } }],
  ]
  test.each(notGiven)('that was not opted in is never touched: %s', async (_, spec) => {
    await using service = await startService(spec)
    await expectUntouched(service, 'not-opted-in', /selfheal\.enable=true/)
  })

  test('labelled selfheal.protect=true is never touched', async () => {
    await using service = await startService({ labels: { 'selfheal.protect': 'true' } })
    await expectUntouched(service, 'protected', /selfheal\.protect/)
  })

  test.each([
    ['Alertmanager', 10, /:9093/],
    ['Prometheus', 11, /:9090/],
    ['the webhook for escalations', 12, /:8080/],
  ])('behind the configured address of %s is never touched', async (_, number, detail) => {
    await using service = await startService(at(network, number))
    await expectUntouched(service, 'protected', detail)
  })

  test('that shares the network namespace of a protected one is never touched', async () => {
    await using guarded = await startService({ labels: { 'selfheal.protect': 'true' } })
    await using sidecar = await startService({
      script: 'exec sleep 1000',
      hostConfig: { NetworkMode: `container:${guarded.id}` },
    })
    await expectUntouched(sidecar, 'protected', new RegExp(`shares its network namespace with ${guarded.name}`))
  })

  test('whose network namespace a protected one shares is never touched', async () => {
    await using owner = await startService()
    await using guarded = await startService({
      script: 'exec sleep 1000',
      labels: { 'selfheal.protect': 'true' },
      hostConfig: { NetworkMode: `container:${owner.id}` },
    })
    await expectUntouched(owner, 'protected', new RegExp(`shares its network namespace with ${guarded.name}`))
  })
})

describe.concurrent('what a person did', { timeout: 120_000 }, () => {
  test('stays: a paused container is not resumed, nor restarted', async () => {
    await using service = await startService()
    await service.container.pause()
    await verdictOn(service)
    const incident = await selfheal.until(service.target, ({ reason }) => reason !== null)
    expect(incident).toMatchObject({ state: 'open', reason: 'paused-container', attempts: 0 })
    const { State: state } = await service.container.inspect()
    expect(state.Status).toBe('paused')
    expect(service.starts()).toBe(1)
    await service.container.unpause()
  })

  test.each(['no', 'unless-stopped'] as const)(
    'stays: a container that was stopped is not started, restart policy %s',
    async (restart) => {
      await using service = await startService({ restart })
      await service.container.stop()
      await verdictOn(service)
      const incident = await selfheal.until(service.target, ({ reason }) => reason !== null)
      expect(incident).toMatchObject({ state: 'open', reason: 'stopped-by-person', attempts: 0 })
      expect(incident.timeline.find(({ kind }) => kind === 'refused')?.text).toContain(service.name)
      expect(await service.isRunning()).toBe(false)
      expect(service.starts()).toBe(1)
    },
  )

  test('stays also where the container crashed before, was started, and then was stopped', async () => {
    await using service = await startService()
    await service.signalFromHost('SIGKILL')
    await service.gone()
    await service.container.start()
    await service.container.stop()
    await verdictOn(service)
    const incident = await selfheal.until(service.target, ({ reason }) => reason !== null)
    expect(incident).toMatchObject({ state: 'open', reason: 'stopped-by-person', attempts: 0 })
    expect(service.starts()).toBe(2)
  })
})

describe.concurrent('an alert', { timeout: 120_000 }, () => {
  test('that names no container is recorded with the reason', async () => {
    await selfheal.post({ labels: { alertname: 'ServiceDown', symptom: 'down', service: 'nobody-knows-me' } })
    const alert = await eventually('the record', async () =>
      (await selfheal.alerts()).find(({ labels, reason }) => labels.service === 'nobody-knows-me' && reason !== null),
    )
    expect(alert).toMatchObject({
      incident: null,
      reason: 'no-target',
      detail: expect.stringContaining('nobody-knows-me'),
    })
  })

  test('that means two targets touches neither, and names them', async () => {
    await using first = await startService()
    await using second = await startService({ service: first.service })
    for (const service of [first, second]) {
      await service.signalFromHost('SIGKILL')
      await service.gone()
    }
    const alert = await verdictOn(first)
    expect(alert).toMatchObject({ incident: null, reason: 'ambiguous-target' })
    for (const service of [first, second]) {
      expect(alert.detail).toContain(service.target)
      expect(service.starts()).toBe(1)
    }
  })

  test('that no runbook matches is recorded with the reason', async () => {
    await using service = await startService()
    await selfheal.post({ labels: { ...service.down, symptom: 'unheard' } })
    const alert = await eventually('the record', async () =>
      (await selfheal.alerts()).find(({ labels, reason }) => labels.service === service.service && reason !== null),
    )
    expect(alert).toMatchObject({ incident: null, reason: 'no-route' })
  })
})

describe.concurrent('plan', { timeout: 120_000 }, () => {
  test('says with --offline what a server would do, and does nothing', async () => {
    await using service = await startService()
    await service.signalFromHost('SIGKILL')
    await service.gone()
    const labels = Object.entries(service.down).map(([name, value]) => `${name}=${value}`)
    const file = `--config.file=${selfheal.folder}/selfheal.yml`
    const offline = await runSelfheal(['plan', '--offline', file, '--labels', ...labels])
    const online = await runSelfheal(['plan', `--url=${selfheal.url}`, '--labels', ...labels])
    expect(offline).toMatchObject({ code: 0, stderr: '' })
    const plan = JSON.parse(offline.stdout)
    expect(plan).toMatchObject({ decision: 'act', target: service.target, runbook: 'quick', rung: 'start' })
    expect(plan.actions).toMatchObject([{ kind: 'start', containers: [{ name: service.name }] }])
    expect(JSON.parse(online.stdout)).toEqual(plan)
    expect(service.starts()).toBe(1)
    expect(await selfheal.incident(service.target)).toBeUndefined()
  })
})
