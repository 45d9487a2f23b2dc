import { expect, test } from 'vitest'
import { type ProbeOptions, probe } from '../../../src/authoring/index.ts'
import { evaluateProbe } from '../../../src/remediation/checks/probe.ts'
import type { Container, ProbeAnswer } from '../../../src/remediation/ports.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { SimulatedProbes } from '../../support/simulated-metrics.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const engine = new SimulatedEngine(new VirtualClock())
engine.add('web', { count: 2 })
const containers = await engine.list(new AbortController().signal)

const withAddresses = (addresses: Readonly<Record<string, string>>): readonly Container[] =>
  containers.slice(0, 1).map((container) => ({ ...container, replica: { ...container.replica, addresses } }))

const evaluate = async (options: ProbeOptions, answer: (url: string) => ProbeAnswer, on = containers) => {
  const probes = new SimulatedProbes()
  probes.answer = answer
  const { signal } = new AbortController()
  return { ...(await evaluateProbe(on, { check: probe(options), probes, signal })), asked: probes.asked }
}

const ok: ProbeAnswer = { kind: 'status', status: 200 }
const failed: ProbeAnswer = { kind: 'status', status: 503 }
const silent: ProbeAnswer = { kind: 'no-answer', detail: 'connection refused' }
const unclear: ProbeAnswer = { kind: 'unknown', detail: 'no such host' }

test.each<[string, ProbeAnswer, string]>([
  ['the expected status', ok, 'recovered'],
  ['another status', failed, 'not_recovered'],
  ['no answer', silent, 'not_recovered'],
  ['a fault that says nothing about the target', unclear, 'unknown'],
])('%s', async (_, answer, result) => {
  expect((await evaluate({ url: 'http://web/healthz' }, () => answer)).result).toBe(result)
})

test('another status than 200 may be the expected one', async () => {
  expect((await evaluate({ url: 'http://web/', status: 503 }, () => failed)).result).toBe('recovered')
})

test('a port is asked at every replica, and all of them must answer as expected', async () => {
  const good = await evaluate({ port: 8080, path: '/healthz' }, () => ok)
  expect(good).toMatchObject({
    result: 'recovered',
    asked: ['http://172.18.0.2:8080/healthz', 'http://172.18.0.3:8080/healthz'],
  })
  const one = (bad: ProbeAnswer) => (url: string) => (url.includes('0.3') ? bad : ok)
  expect((await evaluate({ port: 8080 }, one(silent))).result).toBe('not_recovered')
  expect((await evaluate({ port: 8080 }, one(unclear))).result).toBe('unknown')
})

test('a replica answers when it does so at one of its addresses', async () => {
  const on = withAddresses({ front: '10.0.0.2', back: 'fd00::2' })
  const good = await evaluate({ port: 80 }, (url) => (url.includes('fd00') ? ok : silent), on)
  expect(good).toMatchObject({ result: 'recovered', asked: ['http://10.0.0.2:80/', 'http://[fd00::2]:80/'] })
})

test('a replica that runs and has no address of its own is unknown, one that does not run is not recovered', async () => {
  expect((await evaluate({ port: 80 }, () => ok, withAddresses({ host: '' }))).result).toBe('unknown')
  const exited = containers.map((container) => ({
    ...container,
    replica: { ...container.replica, state: 'exited' as const, addresses: {} },
  }))
  expect(await evaluate({ port: 80 }, () => ok, exited)).toMatchObject({ result: 'not_recovered', asked: [] })
  expect((await evaluate({ port: 80 }, () => ok, [])).result).toBe('not_recovered')
})
