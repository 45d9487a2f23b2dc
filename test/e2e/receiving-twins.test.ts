/** Two Alertmanagers that are told the same: whatever each of them posts, and in whatever order, it is one episode. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendAlerts, sendResolved } from '../support/e2e/alert-source.ts'
import { type DeliveryGate, openDeliveryGate } from '../support/e2e/delivery-gate.ts'
import { ages, brisk, createScene, sceneRouting } from '../support/e2e/receiving-stand.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { type Selfheal, startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, startService } from '../support/e2e/services.ts'
import { membersSeenBy, startMember } from '../support/real/alertmanager-member.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { freePort } from '../support/real/free-port.ts'

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

const senderOf = (bytes: Buffer): string => JSON.parse(String(bytes)).externalURL

describe.concurrent.each(ages)('two Alertmanagers of the %s kind', { timeout: 120_000 }, (age) => {
  test('in a cluster that both post, because the first waits for its answer, lead to one episode and one incident', async () => {
    const cluster = [await freePort(), await freePort()] as const
    const lane = `${age}-cluster`
    const config = sceneRouting({ cluster: { route: { ...brisk, repeat_interval: '1h' } } }, () => gate.url(lane))
    const start = (port: number) => startMember({ version: age, config, cluster: { port, members: cluster } })
    const [starting, other] = [start(cluster[0]), start(cluster[1])]
    await using left = await starting
    await using right = await other
    await eventually('a cluster of two', async () => (await membersSeenBy(left)) === 2, { timeoutMs: 40_000 })
    await eventually('a cluster of two', async () => (await membersSeenBy(right)) === 2, { timeoutMs: 40_000 })
    await using service = await startService({ script: endsAtOnce })
    const { alert, episodes, until } = createScene({ name: 'cluster', age, url: left.url, selfheal })
    const both = [left.url, right.url]
    const fault = alert(service.down)
    const answer = Promise.withResolvers<void>()
    gate.treat(lane, [{ kind: 'hold', until: answer.promise }])
    await sendAlerts(both, [fault])
    const posted = await gate.arrived(lane, 2)
    answer.resolve()
    await gate.answered(lane, 2)
    expect(new Set(posted.slice(0, 2).map(({ bytes }) => senderOf(bytes))).size).toBe(2)
    const incident = await selfheal.until(service.target, ({ state }) => state === 'awaiting_approval')
    expect(await episodes()).toMatchObject([{ state: 'firing', incident: incident.id }])
    expect(await selfheal.incidents(`?target=${service.target}`)).toHaveLength(1)

    await sendResolved(both, [fault])
    await until('its end', ([episode]) => episode?.state === 'resolved')
    expect(await episodes()).toHaveLength(1)
  })

  test('that do not know of each other both post; a late firing after the resolve of the other opens nothing, a new fault does', async () => {
    const [slow, quick] = [`${age}-slow`, `${age}-quick`]
    const config = (lane: string) => sceneRouting({ apart: {} }, () => gate.url(lane))
    await using left = await startMember({ version: age, config: config(slow) })
    await using right = await startMember({ version: age, config: config(quick) })
    await using service = await startService({ script: endsAtOnce })
    const { alert, episodes, until } = createScene({ name: 'apart', age, url: right.url, selfheal })
    const both = [left.url, right.url]
    const fault = alert(service.down)
    const delay = Promise.withResolvers<void>()
    gate.treat(slow, [{ kind: 'hold', until: delay.promise }])
    await sendAlerts(both, [fault])
    await gate.arrived(slow, 1)
    await gate.answered(quick, 1)
    await sendResolved(both, [fault])
    await gate.answered(quick, 2)
    await until('its end', ([episode]) => episode?.state === 'resolved')
    // The firing of the slow one was posted before the resolve of the quick one, and arrives after it.
    delay.resolve()
    const [late] = await gate.answered(slow, 1)
    expect(JSON.parse(String(late?.bytes))).toMatchObject({ status: 'firing' })
    expect(late?.status).toBe(202)
    expect(await episodes()).toMatchObject([{ state: 'resolved' }])

    await gate.answered(slow, 2)
    await sendAlerts(both, [alert(service.down)])
    const seen = await until('a second episode', ({ length }) => length === 2)
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'firing'])
    await gate.answered(slow, 3)
    await gate.answered(quick, 3)
    expect(await episodes()).toHaveLength(2)
    expect(await selfheal.incidents(`?target=${service.target}`)).toHaveLength(1)
  })
})
