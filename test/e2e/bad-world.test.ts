import { describe, expect, test } from 'vitest'
import type { SeenIncident } from '../support/e2e/api.ts'
import { createDockerGate } from '../support/e2e/docker-gate.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, startSelfheal } from '../support/e2e/selfheal.ts'
import { startService } from '../support/e2e/services.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { freePort } from '../support/real/free-port.ts'
import { startPrometheus } from '../support/real/prometheus.ts'
import { startWebhook } from '../support/real/webhook.ts'

// Systems around selfheal that do not answer, or hang: nothing crashes, nothing accepted is lost, nothing is claimed.

const files = { 'runbooks/quick.ts': runbookText() }
const isEnded = ({ state }: SeenIncident) => state === 'ended'

/** The gate's configuration, with less patience than a user has. */
const impatient = (host: string) => ({ ...quickConfig(host), docker: { host, timeout: '700ms' } })

const dockerIs = async (selfheal: Selfheal, state: string) => {
  const { body } = await selfheal.get('/api/v1/status')
  return JSON.stringify(body).includes(`"docker":{"local":"${state}"}`)
}

describe.concurrent('Docker', { timeout: 120_000 }, () => {
  test('that is not there delays healing and loses nothing', async () => {
    await using gate = await createDockerGate()
    await using service = await startService()
    await using selfheal = await startSelfheal({ files, config: impatient(gate.host) })
    await service.exitFromInside()
    await service.gone()
    expect((await selfheal.get('/-/ready')).status).toBe(200)
    expect((await selfheal.post({ labels: service.down })).status).toBe(202)
    expect(await dockerIs(selfheal, 'down')).toBe(true)
    expect(await selfheal.metric('selfheal_dependency_up{dependency="docker"}')).toBe(0)
    const line = await selfheal.line('containers cannot be listed')
    expect(JSON.stringify(line.err)).toContain('there is no such socket')
    expect(await selfheal.alerts()).toMatchObject([{ state: 'firing', incident: null }])
    await gate.open()
    const incident = await selfheal.until(service.target, isEnded)
    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1 })
    expect(service.starts()).toBe(2)
  })

  test('that accepts and never answers does not keep selfheal from starting, receiving and stopping', async () => {
    await using gate = await createDockerGate()
    await gate.open()
    gate.hang()
    await using service = await startService()
    await using selfheal = await startSelfheal({ files, config: impatient(gate.host) })
    await service.exitFromInside()
    await service.gone()
    expect((await selfheal.post({ labels: service.down })).status).toBe(202)
    const line = await selfheal.line('containers cannot be listed')
    expect(JSON.stringify(line.err)).toContain('did not answer within 700 ms')
    expect(await dockerIs(selfheal, 'down')).toBe(true)
    expect(await selfheal.stop()).toEqual({ code: 0, signal: null })
    gate.recover()
    await using next = await startSelfheal({ config: impatient(gate.host), folder: selfheal.folder })
    expect(await next.until(service.target, isEnded)).toMatchObject({ outcome: 'recovered', attempts: 1 })
  })

  test('that stops answering within an incident holds it, as deferred, until it answers again', async () => {
    await using gate = await createDockerGate()
    await gate.open()
    await using service = await startService()
    await using selfheal = await startSelfheal({ files, config: impatient(gate.host) })
    await service.container.pause()
    await selfheal.post({ labels: service.down })
    await selfheal.until(service.target, ({ reason }) => reason === 'paused-container')
    gate.hang()
    await selfheal.post({ labels: { ...service.down, alertname: 'Another' } })
    await selfheal.line('containers cannot be listed')
    await selfheal.post({ labels: service.down, status: 'resolved' })
    const held = await selfheal.until(service.target, ({ state }) => state === 'deferred')
    expect(held).toMatchObject({ reason: 'engine-unreachable', attempts: 0 })
    await service.container.unpause()
    gate.recover()
    await selfheal.post({ labels: service.down })
    const incident = await selfheal.until(service.target, isEnded)
    expect(incident).toMatchObject({ outcome: 'recovered_without_action', attempts: 0 })
    expect(service.starts()).toBe(1)
  })

  test('whose answer to a call never comes: the outcome is unknown, and is found out by looking', async () => {
    await using gate = await createDockerGate()
    await gate.open()
    await using service = await startService()
    await using selfheal = await startSelfheal({ files, config: impatient(gate.host) })
    await service.exitFromInside()
    await service.gone()
    const call = gate.hold(/^POST .*\/start/, 'after')
    await selfheal.post({ labels: service.down })
    await call.arrived
    const { outcome, history } = await selfheal.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history.map(({ state, proof }) => ({ state, proof }))).toEqual([{ state: 'unknown', proof: 'recovered' }])
    expect(service.starts()).toBe(2)
  })
})

describe.concurrent('Prometheus', { timeout: 120_000 }, () => {
  const byQuery = runbookText({
    verify: `[running(), query({ expr: 'min(up{job="self"})', is: '>=', than: 1, window: '1s' })]`,
    rungs: ['start', 'restart'],
  })

  test('that goes down during a proof leaves it unknown: escalated, never recovered, never the next rung', async () => {
    await using webhook = await startWebhook()
    const port = await freePort()
    await using prometheus = await startPrometheus({ version: 'newest', port, config: scrapingItself(port) })
    await eventually('a scrape', async () => {
      const response = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent('up{job="self"} == 1')}`)
      return (await response.text()).includes('"self"')
    })
    await using selfheal = await startSelfheal({
      files: { 'runbooks/quick.ts': byQuery },
      config: {
        ...quickConfig(engineHost()),
        prometheus: { url: prometheus.url, scrape_interval: '2s' },
        escalation: { webhooks: [{ name: 'pager', url: webhook.url }] },
      },
    })
    await using service = await startService()
    await service.exitFromInside()
    await service.gone()
    await selfheal.post({ labels: service.down })
    // The proof waits for data from after the act, which this Prometheus will never have.
    await selfheal.line('attempt-acted')
    await prometheus.stop('SIGKILL')
    const incident = await selfheal.until(service.target, ({ state }) => state === 'escalated')
    expect(incident).toMatchObject({ reason: 'proof-unknown', outcome: null, attempts: 1 })
    expect(incident.history).toMatchObject([{ rung: 0, state: 'done', proof: 'unknown' }])
    expect(incident.history[0]?.evidence[0]).toMatchObject({ check: 'running', after: '1 of 1 running' })
    expect(incident.history[0]?.evidence[1]?.after).toMatch(/connection refused/)
    const note = await eventually('the webhook', () => webhook.received[0])
    expect(note).toMatchObject({ event: 'escalated', labels: { selfheal_stage: 'proof-unknown' } })
    expect(service.starts()).toBe(2)
    expect(await selfheal.metric('selfheal_proofs_total{result="recovered"}')).toBe(0)
    expect(await selfheal.metric('selfheal_proofs_total{result="unknown"}')).toBe(1)
  })
})

const scrapingItself = (port: number) => ({
  global: { scrape_interval: '1s', scrape_timeout: '1s' },
  scrape_configs: [{ job_name: 'self', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
})
