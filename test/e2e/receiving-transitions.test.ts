/** What Alertmanager says, and does not say, when alerts come, change and go; and what selfheal finds out by asking. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendAlerts, sendResolved, silence, statesIn } from '../support/e2e/alert-source.ts'
import {
  ages,
  brisk,
  type ReceivingStand,
  type SeenEpisode,
  startReceivingStand,
} from '../support/e2e/receiving-stand.ts'
import { endsAtOnce, startService } from '../support/e2e/services.ts'
import { eventually } from '../support/real/eventually.ts'

const together = { ...brisk, group_by: ['scene'] }
let stand: ReceivingStand

beforeAll(async () => {
  stand = await startReceivingStand({
    scenes: {
      // Each truncated notification makes selfheal ask Alertmanager soon, so this one is told again and again.
      truncated: { route: { ...together, repeat_interval: '100ms' }, webhook: { max_alerts: 1 } },
      lying: { route: together, webhook: { max_alerts: 1 } },
      // Its name arrives as `web\.hook \(eu\)`, and is listed as it is.
      silenced: { route: together, receiver: 'web.hook (eu)' },
      inhibited: { route: together },
      refired: { route: { ...together, group_interval: '1h' } },
      brief: { route: { ...together, group_wait: '1s' } },
      annotated: { route: together },
      moved: { route: together },
      muted: { route: { ...together, mute_time_intervals: ['always'] } },
      quiet: { route: together, webhook: { send_resolved: false } },
      expired: {},
    },
    config: (urls) => ({ alertmanagers: urls.map((url) => ({ url })) }),
    alertmanagerConfig: {
      time_intervals: [{ name: 'always', time_intervals: [{ times: [{ start_time: '00:00', end_time: '24:00' }] }] }],
      inhibit_rules: [
        { source_matchers: ['role="cause"'], target_matchers: ['role="effect"'], equal: ['scene', 'age'] },
      ],
    },
  })
  for (const age of ages) {
    const { url, alert } = stand.scene('truncated', age)
    await sendAlerts(url, [alert({ replica: 'a' }), alert({ replica: 'b' })])
  }
})
afterAll(() => stand?.[Symbol.asyncDispose]())

const byReplica = (episodes: readonly SeenEpisode[]) =>
  episodes.map(({ labels, state }) => `${labels.replica} ${state}`).sort()

/** Resolves when groups with an interval of one second have been looked at once more since the call. */
const oneInterval = async (age: (typeof ages)[number]) => {
  const { lane } = stand.scene('truncated', age)
  await stand.gate.answered(lane, stand.gate.deliveries(lane).length + 3)
}

describe.concurrent.each(ages)('the %s Alertmanager', { timeout: 120_000 }, (age) => {
  test('leaves alerts out of a truncated notification: selfheal asks for them', async () => {
    const { lane, until } = stand.scene('truncated', age)
    const [first] = await stand.gate.answered(lane, 1)
    expect(JSON.parse(String(first?.bytes)).alerts).toHaveLength(1)
    const seen = await until('both', ({ length }) => length === 2)
    expect(byReplica(seen)).toEqual(['a firing', 'b firing'])
    const truncated = stand.gate.deliveries(lane).map(({ bytes }) => JSON.parse(String(bytes)))
    expect(truncated.at(-1)).toMatchObject({ truncatedAlerts: 1, alerts: [{ labels: { replica: 'a' } }] })
  })

  test('says of a truncated group that it is resolved while an alert in it fires: that one goes on firing', async () => {
    await using service = await startService({ script: endsAtOnce })
    const { lane, url, alert, until } = stand.scene('lying', age)
    const [a, b] = [alert({ ...service.down, replica: 'a' }), alert({ ...service.down, replica: 'b' })]
    await sendAlerts(url, [a, b])
    await until('both', ({ length }) => length === 2)
    await sendResolved(url, [a])
    const isLie = (body: { status: string; truncatedAlerts: number }) =>
      body.status === 'resolved' && body.truncatedAlerts === 1
    await eventually('the lie', () => stand.gate.deliveries(lane).some(({ bytes }) => isLie(JSON.parse(String(bytes)))))
    const seen = await until('the end of a', (episodes) => episodes.some(({ state }) => state === 'resolved'))
    expect(byReplica(seen)).toEqual(['a resolved', 'b firing'])
    expect(await stand.selfheal.incident(service.target)).toMatchObject({ state: 'awaiting_approval', outcome: null })
  })

  test('never resolves what it silences: selfheal sees it suppressed, and takes it up again when the silence ends', async () => {
    const { lane, url, alert, until } = stand.scene('silenced', age)
    const [a, b] = [alert({ replica: 'a' }), alert({ replica: 'b', quiet: age })]
    await sendAlerts(url, [a])
    await stand.gate.answered(lane, 1)
    await sendAlerts(url, [b])
    await stand.gate.answered(lane, 2)
    await until('both', ({ length }) => length === 2)
    const unsilence = await silence(url, 'quiet', age)
    const held = await until('b suppressed', (episodes) => episodes.some(({ state }) => state === 'suppressed'))
    expect(byReplica(held)).toEqual(['a firing', 'b suppressed'])
    await unsilence()
    const back = await until('b again', ({ length }) => length === 3)
    expect(byReplica(back)).toEqual(['a firing', 'b firing', 'b suppressed'])
    // None of it was a message: the second was the last.
    expect(stand.gate.deliveries(lane)).toHaveLength(2)
  })

  test('never resolves what it inhibits: selfheal sees it suppressed', async () => {
    const { lane, url, alert, until } = stand.scene('inhibited', age)
    const effect = alert({ replica: 'effect', role: 'effect' })
    await sendAlerts(url, [effect])
    await stand.gate.answered(lane, 1)
    await sendAlerts(url, [alert({ replica: 'cause', role: 'cause' })])
    const seen = await until('suppressed', (episodes) => episodes.some(({ state }) => state === 'suppressed'))
    expect(byReplica(seen)).toEqual(['cause firing', 'effect suppressed'])
    await sendResolved(url, [effect])
    await oneInterval(age)
    const told = stand.gate.deliveries(lane).flatMap(({ bytes }) => JSON.parse(String(bytes)).alerts)
    expect(told.filter(({ status }: { status: string }) => status === 'resolved')).toEqual([])
  })

  test('posts nothing when an alert resolves and fires again between two flushes: selfheal finds the new episode', async () => {
    const { lane, url, alert, until } = stand.scene('refired', age)
    const before = { ...alert({ replica: 'a' }), startsAt: new Date(Date.now() - 60_000) }
    await sendAlerts(url, [before])
    await until('the first', ({ length }) => length === 1)
    await sendResolved(url, [before])
    await sendAlerts(url, [alert({ replica: 'a' })])
    const seen = await until('the second', ({ length }) => length === 2)
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'firing'])
    expect(stand.gate.deliveries(lane)).toHaveLength(1)
  })

  test('posts nothing of an alert that is over before group_wait', async () => {
    const { lane, url, alert, episodes } = stand.scene('brief', age)
    const brief = alert()
    await sendAlerts(url, [brief])
    await sendResolved(url, [brief])
    await oneInterval(age)
    expect(stand.gate.deliveries(lane)).toEqual([])
    expect(await episodes()).toEqual([])
  })

  test('posts nothing when annotations change, and has the new ones in its next message: the same episode', async () => {
    const { lane, url, alert, episodes } = stand.scene('annotated', age)
    const a = alert({ replica: 'a' })
    await sendAlerts(url, [{ ...a, annotations: { value: '1' } }])
    await stand.gate.answered(lane, 1)
    await sendAlerts(url, [{ ...a, annotations: { value: '2' } }])
    await oneInterval(age)
    expect(stand.gate.deliveries(lane)).toHaveLength(1)
    await sendAlerts(url, [alert({ replica: 'b' })])
    const [, next] = await stand.gate.answered(lane, 2)
    expect(JSON.parse(String(next?.bytes)).alerts[0]).toMatchObject({
      labels: { replica: 'a' },
      annotations: { value: '2' },
    })
    expect(byReplica(await episodes())).toEqual(['a firing', 'b firing'])
  })

  test('moves the start of an alert to the earliest that it was told: the same episode, which the resolve still closes', async () => {
    const { lane, url, alert, episodes, until } = stand.scene('moved', age)
    const a = alert({ replica: 'a' })
    const earlier = { ...a, startsAt: new Date(a.startsAt.getTime() - 60_000) }
    await sendAlerts(url, [a])
    await stand.gate.answered(lane, 1)
    await sendAlerts(url, [earlier])
    await sendAlerts(url, [alert({ replica: 'b' })])
    const [, next] = await stand.gate.answered(lane, 2)
    expect(new Date(JSON.parse(String(next?.bytes)).alerts[0].startsAt)).toEqual(earlier.startsAt)
    expect(byReplica(await episodes())).toEqual(['a firing', 'b firing'])
    await sendResolved(url, [earlier])
    await until('the end of a', (seen) => byReplica(seen)[0] === 'a resolved')
  })

  test('posts nothing of what it mutes, and lists it as active: selfheal leaves it alone', async () => {
    const { lane, url, alert, episodes } = stand.scene('muted', age)
    await sendAlerts(url, [alert({ replica: 'a' })])
    await oneInterval(age)
    expect(await statesIn(url, ['scene', 'muted'], 'replica')).toEqual({ a: 'active' })
    expect(stand.gate.deliveries(lane)).toEqual([])
    expect(await episodes()).toEqual([])
  })

  test('posts no end with send_resolved: false; the others of the group stay as they are', async () => {
    const { lane, url, alert, episodes } = stand.scene('quiet', age)
    const [a, b] = [alert({ replica: 'a' }), alert({ replica: 'b' })]
    await sendAlerts(url, [a])
    await stand.gate.answered(lane, 1)
    await sendResolved(url, [a])
    await eventually('its end', async () => (await statesIn(url, ['scene', 'quiet'], 'replica')).a === undefined)
    await oneInterval(age)
    expect(stand.gate.deliveries(lane)).toHaveLength(1)
    await sendAlerts(url, [b])
    const [, next] = await stand.gate.answered(lane, 2)
    expect(JSON.parse(String(next?.bytes)).alerts).toMatchObject([{ labels: { replica: 'b' } }])
    expect(byReplica(await episodes())).toEqual(['a firing', 'b firing'])
  })

  test('says resolved when nobody sends the alert any more: the incident stays, for the service is still seen to be down', async () => {
    await using service = await startService({ script: endsAtOnce })
    const { lane, url, alert, until } = stand.scene('expired', age)
    const fault = { ...alert(service.down), endsAt: new Date(Date.now() + 1500) }
    await sendAlerts(url, [fault])
    await stand.selfheal.until(service.target, ({ state }) => state === 'awaiting_approval')
    const [, end] = await stand.gate.answered(lane, 2)
    expect(JSON.parse(String(end?.bytes))).toMatchObject({ status: 'resolved' })
    await until('its end', ([episode]) => episode?.state === 'resolved')
    const isTold = ({ kind, text }: { kind: string; text: string }) =>
      kind === 'alert-closed' && text.endsWith('that alone proves nothing')
    await stand.selfheal.until(service.target, ({ timeline }) => timeline.some(isTold))
    await oneInterval(age)
    expect(await stand.selfheal.incident(service.target)).toMatchObject({
      ...{ state: 'awaiting_approval', outcome: null },
      alerts: [{ state: 'resolved' }],
    })
  })
})
