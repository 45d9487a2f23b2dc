/** What an Alertmanager forgets when it is killed, restarted or reloaded, and that none of it is a new episode or an end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendAlerts, sendResolved } from '../support/e2e/alert-source.ts'
import { type Delivery, type DeliveryGate, openDeliveryGate } from '../support/e2e/delivery-gate.ts'
import { ages, brisk, createScene, sceneRouting } from '../support/e2e/receiving-stand.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, startSelfheal } from '../support/e2e/selfheal.ts'
import { startMember } from '../support/real/alertmanager-member.ts'
import { engineHost } from '../support/real/engine.ts'

let selfheal: Selfheal
let gate: DeliveryGate

beforeAll(async () => {
  selfheal = await startSelfheal({
    files: { 'runbooks/quick.ts': runbookText() },
    config: { ...quickConfig(engineHost()), mode: 'advise' },
  })
  gate = await openDeliveryGate(`${selfheal.url}/api/v1/alerts`)
})
afterAll(async () => {
  await gate?.[Symbol.asyncDispose]()
  await selfheal?.[Symbol.asyncDispose]()
})

/** The body of a delivery, as far as these tests look: which replicas it tells of, and how they are. */
function tellsOf(delivery: Delivery | undefined) {
  const body: {
    groupKey: string
    notification_reason?: string
    alerts: { status: string; labels: { replica: string } }[]
  } = JSON.parse(String(delivery?.bytes))
  return {
    groupKey: body.groupKey,
    reason: body.notification_reason ?? 'first notification',
    replicas: body.alerts.map(({ status, labels }) => `${labels.replica} ${status}`),
  }
}

describe.concurrent.each(ages)('the %s Alertmanager', { timeout: 120_000 }, (age) => {
  test('posts first notifications in parts after a SIGKILL: no new episode, and what a part lacks goes on firing', async () => {
    const lane = `${age}-killed`
    const config = sceneRouting({ killed: { route: { group_by: ['scene'] } } }, () => gate.url(lane))
    const { alert, episodes } = createScene({ name: 'killed', age, url: '', selfheal })
    const [a, b] = [alert({ replica: 'a' }), alert({ replica: 'b' })]
    const killed = await startMember({ version: age, config })
    try {
      await sendAlerts(killed.url, [a])
      await gate.answered(lane, 1)
      await sendAlerts(killed.url, [b])
      const [, whole] = await gate.answered(lane, 2)
      expect(tellsOf(whole).replicas).toEqual(['a firing', 'b firing'])
    } finally {
      await killed.stop('SIGKILL')
    }
    const { folder, port } = killed
    await using back = await startMember({ version: age, config, folder, port })
    await sendAlerts(back.url, [a])
    const part = (await gate.answered(lane, 3))[2]
    expect(tellsOf(part)).toMatchObject({ reason: 'first notification', replicas: ['a firing'] })
    expect((await episodes()).map(({ state, labels }) => `${labels.replica} ${state}`)).toEqual([
      'a firing',
      'b firing',
    ])
    await sendAlerts(back.url, [b])
    const again = (await gate.answered(lane, 4))[3]
    expect(tellsOf(again).replicas).toEqual(['a firing', 'b firing'])
    expect((await episodes()).map(({ state, labels }) => `${labels.replica} ${state}`)).toEqual([
      'a firing',
      'b firing',
    ])
  })

  test('posts nothing twice after a SIGTERM, and the resolve that happened meanwhile', async () => {
    const lane = `${age}-restarted`
    const config = sceneRouting({ restarted: { route: { group_by: ['scene'] } } }, () => gate.url(lane))
    const { alert, episodes, until } = createScene({ name: 'restarted', age, url: '', selfheal })
    const [a, b] = [alert({ replica: 'a' }), alert({ replica: 'b' })]
    const first = await startMember({ version: age, config })
    try {
      await sendAlerts(first.url, [a])
      await gate.answered(lane, 1)
      await sendAlerts(first.url, [b])
      await gate.answered(lane, 2)
    } finally {
      await first.stop('SIGTERM')
    }
    const { folder, port } = first
    await using back = await startMember({ version: age, config, folder, port })
    await sendAlerts(back.url, [a])
    await sendResolved(back.url, [b])
    await until('the end of b', (seen) =>
      seen.some(({ state, labels }) => labels.replica === 'b' && state === 'resolved'),
    )
    expect((await episodes()).map(({ state, labels }) => `${labels.replica} ${state}`)).toEqual([
      'a firing',
      'b resolved',
    ])
    expect(tellsOf(gate.deliveries(lane)[2]).replicas).toContain('b resolved')
  })

  test('posts a first notification again under a new group key after a reload that changes matchers: the same episode', async () => {
    const lane = `${age}-reloaded`
    const config = (matchers: readonly string[]) => ({
      route: { receiver: 'hook', routes: [{ matchers, receiver: 'hook', ...brisk }] },
      receivers: [{ name: 'hook', webhook_configs: [{ url: gate.url(lane) }] }],
    })
    const { alert, episodes } = createScene({ name: 'reloaded', age, url: '', selfheal })
    await using server = await startMember({ version: age, config: config(['scene="reloaded"']) })
    await sendAlerts(server.url, [alert({ replica: 'a' })])
    const [before] = await gate.answered(lane, 1)
    await server.reload(config(['scene=~"reloaded|other"']))
    const after = (await gate.answered(lane, 2))[1]
    expect(tellsOf(after)).toMatchObject({ reason: 'first notification', replicas: ['a firing'] })
    expect(tellsOf(after).groupKey).not.toBe(tellsOf(before).groupKey)
    expect(await episodes()).toMatchObject([{ state: 'firing' }])
  })
})
