import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSelfheal } from '../support/e2e/node-program.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, startSelfheal } from '../support/e2e/selfheal.ts'
import { type Service, startService } from '../support/e2e/services.ts'
import { engineHost } from '../support/real/engine.ts'

// Mode advise on the real engine: nothing is done before a person says so, and then it is done once and proven.

let selfheal: Selfheal

beforeAll(async () => {
  selfheal = await startSelfheal({
    files: { 'runbooks/quick.ts': runbookText() },
    config: { ...quickConfig(engineHost()), mode: 'advise' },
  })
})

afterAll(async () => {
  await selfheal[Symbol.asyncDispose]()
})

const command = (...args: string[]) => runSelfheal([...args, '--url', selfheal.url])

/** Crashes the service and says so; resolves when a person is asked. */
async function asked(service: Service) {
  await service.signalFromHost('SIGKILL')
  await service.gone()
  expect(await selfheal.post({ labels: service.down })).toMatchObject({ status: 202 })
  return selfheal.until(service.target, ({ state }) => state === 'awaiting_approval')
}

describe.concurrent('in mode advise', { timeout: 120_000 }, () => {
  test('a crashed service is left as it is until a person approves, and is healed then, once', async () => {
    await using service = await startService()
    const { id } = await asked(service)
    expect(service.starts()).toBe(1)
    const shown = await command('incidents', 'show', String(id))
    expect(shown.stdout).toMatch(/proposal [0-9a-f-]{36}: rung/)
    expect(shown.stdout).toMatch(/ask +mode +advise-only/)

    const approved = await command('approve', String(id), '--comment', 'yes please')
    expect({ code: approved.code, stderr: approved.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^proposal /),
    })
    const again = await command('approve', String(id), '--proposal', 'another')
    expect(again.code).toBe(5)

    const incident = await selfheal.until(service.target, ({ state }) => state === 'ended')
    expect(incident).toMatchObject({ outcome: 'recovered', attempts: 1 })
    expect(incident.timeline.filter(({ kind }) => kind === 'approved')).toMatchObject([
      { data: { by: 'local', comment: 'yes please' } },
    ])
    expect(service.starts()).toBe(2)
    expect(await service.isRunning()).toBe(true)
  })

  test('a service whose proposal is rejected is left as it is', async () => {
    await using service = await startService()
    const { id } = await asked(service)
    const rejected = await command('reject', String(id), '-o', 'json')
    expect(rejected.code).toBe(0)
    expect(JSON.parse(rejected.stdout)).toMatchObject({ id, state: 'ended', outcome: 'advised', reason: 'rejected' })
    expect((await command('reject', String(id))).code).toBe(5)
    expect(service.starts()).toBe(1)
    expect(await service.isRunning()).toBe(false)
  })
})
