import { describe, expect, test } from 'vitest'
import type { SeenIncident } from '../support/e2e/api.ts'
import { createDockerGate } from '../support/e2e/docker-gate.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, type SelfhealSpec, startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, type Service, startService } from '../support/e2e/services.ts'
import { engineHost } from '../support/real/engine.ts'
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
  return startSelfheal({ ...spec, config, folder: killed.folder, port: killed.port })
}

describe.concurrent('kill -9', () => {
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
})
