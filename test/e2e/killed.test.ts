import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { SeenIncident } from '../support/e2e/api.ts'
import { createDockerGate } from '../support/e2e/docker-gate.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, type SelfhealSpec, startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, type Service, startService } from '../support/e2e/services.ts'
import { engine, engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { startWebhook } from '../support/real/webhook.ts'

// kill -9 of the whole process at every step, then a start on the same storage: nothing is repeated blindly, nothing is
// forgotten, and what was begun counts.

const files = { 'runbooks/quick.ts': runbookText() }
const spec: SelfhealSpec = { config: {}, files }

const isEnded = ({ state }: SeenIncident) => state === 'ended'

/** A service that has crashed under the eyes of a selfheal that will be killed. */
async function crash(service: Service): Promise<void> {
  await service.exitFromInside()
  await service.gone()
}

/** Starts another selfheal on the storage and the port of one that was killed. */
async function startAgain(killed: Selfheal, config: object): Promise<Selfheal> {
  expect(await killed.ended).toEqual({ code: null, signal: 'SIGKILL' })
  return startSelfheal({ config, folder: killed.folder, port: killed.port })
}

describe.concurrent('kill -9', { timeout: 120_000 }, () => {
  test('after a 202 loses nothing: the alert is taken up by the next start', async () => {
    await using gate = await createDockerGate()
    await gate.open()
    await using service = await startService()
    const config = quickConfig(gate.host)
    await using first = await startSelfheal({ ...spec, config })
    await crash(service)
    const listing = gate.hold(/containers\/json/, 'before')
    const answer = await first.post({ labels: service.down })
    first.signal('SIGKILL')
    expect(answer.status).toBe(202)
    listing.release()
    await using next = await startAgain(first, config)
    const incident = await next.until(service.target, isEnded)
    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1, notification: answer.notification })
    expect(service.starts()).toBe(2)
  })

  test('once an attempt is reserved: its call is known not to have been made, it counts, and the incident goes on', async () => {
    await using service = await startService()
    const config = quickConfig(engineHost())
    await using first = await startSelfheal({ ...spec, config, killAt: 'attempt-reserved' })
    await crash(service)
    await first.post({ labels: service.down })
    await first.ended
    expect(service.starts()).toBe(1)
    await using next = await startAgain(first, config)
    const { outcome, history } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history.map(({ rung, state, proof }) => ({ rung, state, proof }))).toEqual([
      { rung: 0, state: 'interrupted', proof: 'unknown' },
      { rung: 0, state: 'done', proof: 'recovered' },
    ])
    expect(service.starts()).toBe(2)
  })

  test('before the call is made: whether it was is found out by looking, and the next rung follows', async () => {
    await using service = await startService()
    const config = quickConfig(engineHost())
    await using first = await startSelfheal({ ...spec, config, killAt: 'attempt-acting' })
    await crash(service)
    await first.post({ labels: service.down })
    await first.ended
    expect(service.starts()).toBe(1)
    await using next = await startAgain(first, config)
    const { outcome, history } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history.map(({ rung, state, proof }) => ({ rung, state, proof }))).toEqual([
      { rung: 0, state: 'unknown', proof: 'not_recovered' },
      { rung: 1, state: 'done', proof: 'recovered' },
    ])
    expect(service.starts()).toBe(2)
  })

  test('when the engine has acted and its answer is missing: the call is not repeated, and its effect is proven', async () => {
    await using gate = await createDockerGate()
    await gate.open()
    await using service = await startService()
    const config = quickConfig(gate.host)
    await using first = await startSelfheal({ ...spec, config })
    await crash(service)
    const call = gate.hold(/^POST .*\/start/, 'after')
    await first.post({ labels: service.down })
    await call.arrived
    first.signal('SIGKILL')
    await first.ended
    call.release()
    await using next = await startAgain(first, config)
    const { outcome, history } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history.map(({ rung, state, proof }) => ({ rung, state, proof }))).toEqual([
      { rung: 0, state: 'unknown', proof: 'recovered' },
    ])
    expect(service.starts()).toBe(2)
  })

  test('in the middle of a restart: what we stopped is not taken for stopped by a person', async () => {
    const files = { 'runbooks/quick.ts': runbookText({ rungs: ['restart', 'start'] }) }
    // It answers from its second start on, and takes its time to stop.
    const script = "[ -e /tmp/old ] && port=80 || port=81; touch /tmp/old; trap '' TERM; exec httpd -f -p $port -h /www"
    await using service = await startService({ script, create: { StopTimeout: 2 } })
    const config = quickConfig(engineHost())
    await using first = await startSelfheal({ config, files })
    const stopping = await nextEvent(service.id, 'kill')
    await first.post({ labels: service.down })
    await stopping.seen
    first.signal('SIGKILL')
    await using next = await startAgain(first, config)
    const { outcome, history } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history[0]).toMatchObject({ rung: 0, state: 'unknown' })
    expect(service.starts()).toBe(2)
  })

  test('once the outcome of the call is written: the proof is run by the next start, not the call', async () => {
    await using service = await startService()
    const config = quickConfig(engineHost())
    await using first = await startSelfheal({ ...spec, config, killAt: 'attempt-acted' })
    await crash(service)
    await first.post({ labels: service.down })
    await using next = await startAgain(first, config)
    const { outcome, history } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history.map(({ rung, state, proof }) => ({ rung, state, proof }))).toEqual([
      { rung: 0, state: 'done', proof: 'recovered' },
    ])
    expect(service.starts()).toBe(2)
  })

  test('within a proof: the proof begins anew', async () => {
    // It holds only after longer than it takes to see it begin.
    const files = { 'runbooks/quick.ts': runbookText({ stableFor: '3s', within: '10s' }) }
    await using service = await startService()
    const config = quickConfig(engineHost())
    await using first = await startSelfheal({ ...spec, files, config })
    await crash(service)
    await first.post({ labels: service.down })
    await first.until(service.target, ({ timeline }) => timeline.some(({ kind }) => kind === 'proof-started'))
    first.signal('SIGKILL')
    await using next = await startAgain(first, config)
    const { outcome, history, timeline } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history).toHaveLength(1)
    expect(timeline.filter(({ kind }) => kind === 'proof-started')).toHaveLength(2)
    expect(service.starts()).toBe(2)
  })

  test('once it has escalated: people are told by the next start, and nothing more is tried', async () => {
    await using webhook = await startWebhook()
    const config = {
      ...quickConfig(engineHost()),
      escalation: { webhooks: [{ name: 'pager', url: webhook.url }] },
    }
    await using first = await startSelfheal({ ...spec, config, killAt: 'escalated' })
    await using service = await startService({ script: endsAtOnce })
    await service.gone()
    await first.post({ labels: service.down })
    await first.ended
    expect(webhook.received).toEqual([])
    const startedAt = await service.startedAt()
    await using next = await startAgain(first, config)
    const told = await eventually('the escalation', () => webhook.received[0])
    expect(told).toMatchObject({ event: 'escalated', labels: { selfheal_stage: 'ladder-exhausted' } })
    // The alert is posted again, as Alertmanager does for as long as it fires: looked at, and left alone.
    await next.post({ labels: service.down })
    await eventually('the notification is applied', async () => (await next.metric('selfheal_inbox_pending')) === 0)
    const incident = await next.incident(service.target)
    expect(incident).toMatchObject({ state: 'escalated', reason: 'ladder-exhausted', attempts: 2 })
    expect(await service.startedAt()).toBe(startedAt)
    expect(service.starts()).toBe(3)
    expect(webhook.received).toHaveLength(1)
  })

  test('again and again at the same step: every attempt counts, and the budget ends it', async () => {
    await using webhook = await startWebhook()
    const files = { 'runbooks/quick.ts': runbookText({ budgets: ['2/1h'] }) }
    const config = {
      ...quickConfig(engineHost()),
      escalation: { webhooks: [{ name: 'pager', url: webhook.url }] },
    }
    await using service = await startService()
    let killed = await startSelfheal({ ...spec, files, config, killAt: 'attempt-reserved' })
    await crash(service)
    await killed.post({ labels: service.down })
    await killed.ended
    killed = await startSelfheal({ files, config, folder: killed.folder, killAt: 'attempt-reserved' })
    await killed.ended
    await using next = await startSelfheal({ files, config, folder: killed.folder })
    const incident = await next.until(service.target, ({ state }) => state === 'escalated')
    expect(incident).toMatchObject({ reason: 'budget-exhausted', attempts: 2 })
    expect(service.starts()).toBe(1)
    await eventually('the escalation', () => webhook.received.length === 1)
  })
})

/** Listens for the next event of a container; answers once it listens. */
async function nextEvent(container: string, event: 'kill'): Promise<{ readonly seen: Promise<unknown> }> {
  const stream = await engine().getEvents({ filters: { container: [container], event: [event] } })
  return {
    seen: once(stream, 'data').finally(() => 'destroy' in stream && Reflect.apply(Object(stream.destroy), stream, [])),
  }
}
