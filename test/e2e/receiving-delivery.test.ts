/** How notifications are delivered: what Alertmanager does when an answer is missing, late, or not what it wanted. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { computeFingerprint } from '../../src/alert/fingerprint.ts'
import { counterOf, sendAlerts, sendResolved } from '../support/e2e/alert-source.ts'
import type { Treatment } from '../support/e2e/delivery-gate.ts'
import { ages, episodesIn, type ReceivingStand, startReceivingStand } from '../support/e2e/receiving-stand.ts'
import { isAtLeast } from '../support/e2e/recordings.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, startService } from '../support/e2e/services.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { freePort } from '../support/real/free-port.ts'
import { realWorld } from '../support/real/world.ts'

// Long enough for alerts that are sent together to be in one message.
const together = { group_by: ['scene'], group_wait: '2s' }
const fallible = await freePort()
let stand: ReceivingStand

beforeAll(async () => {
  stand = await startReceivingStand({
    scenes: {
      repeated: { route: { repeat_interval: '100ms' } },
      refused: { route: together },
      down: { route: together, url: () => `http://127.0.0.1:${fallible}/api/v1/alerts` },
      slow: {},
      cut: {},
      found: {},
      moved: {},
      nameless: {},
      startless: {},
    },
  })
})
afterAll(() => stand?.[Symbol.asyncDispose]())

describe.concurrent.each(ages)('the %s Alertmanager', { timeout: 120_000 }, (age) => {
  test('repeats what still fires: one episode, one incident, and the same bytes each time', async () => {
    await using service = await startService({ script: endsAtOnce })
    const { lane, url, alert, episodes } = stand.scene('repeated', age)
    await sendAlerts(url, [alert(service.down)])
    const [first, second, third] = await stand.gate.answered(lane, 3)
    expect([first, second, third].map((one) => one?.status)).toEqual([202, 202, 202])
    expect(second?.bytes.equals(third?.bytes ?? Buffer.of())).toBe(true)
    const { host: _, connection: __, ...headers } = first?.headers ?? {}
    expect(headers).toEqual({
      'user-agent': expect.stringMatching(/^Alertmanager\/0\./),
      'content-type': 'application/json',
      'content-length': String(first?.bytes.length),
    })
    const { id } = await stand.selfheal.until(service.target, ({ state }) => state === 'awaiting_approval')
    expect(await episodes()).toMatchObject([{ state: 'firing', incident: id }])
    expect(await stand.selfheal.incidents(`?target=${service.target}`)).toHaveLength(1)
  })

  test('tries again, with the same bytes and whatever Retry-After says, while it is answered 503: every alert and its end arrive once', async () => {
    await using service = await startService({ script: endsAtOnce })
    const { lane, url, alert, episodes, until } = stand.scene('refused', age)
    const alerts = ['a', 'b'].map((replica) => alert({ ...service.down, replica }))
    const busy: Treatment = { kind: 'answer', status: 503, headers: { 'retry-after': '3600' } }
    stand.gate.treat(lane, [busy, busy, busy])
    await sendAlerts(url, alerts)
    const tries = await stand.gate.answered(lane, 4)
    expect(tries.map(({ answered }) => answered)).toEqual([503, 503, 503, 202])
    expect(new Set(tries.map(({ bytes }) => bytes.toString())).size).toBe(1)
    const { id } = await stand.selfheal.until(service.target, ({ alerts: joined }) => joined.length === 2)
    expect(await episodes()).toMatchObject([
      { state: 'firing', incident: id },
      { state: 'firing', incident: id },
    ])
    stand.gate.treat(lane, [busy, busy])
    await sendResolved(url, alerts)
    await until('the end of both', (seen) => seen.every(({ state }) => state === 'resolved'))
    expect(await episodes()).toHaveLength(2)
  })

  test('posts again what was cut off after its own deadline, though selfheal had it: one episode', async () => {
    await using service = await startService({ script: endsAtOnce })
    const { lane, url, alert, episodes } = stand.scene('slow', age)
    stand.gate.treat(lane, [{ kind: 'swallow-answer' }])
    await sendAlerts(url, [alert(service.down)])
    await stand.gate.answered(lane, 1)
    const both = stand.gate.deliveries(lane)
    expect(both.map(({ status, answered }) => ({ status, answered }))).toEqual([
      { status: 202, answered: null },
      { status: 202, answered: 202 },
    ])
    const { id } = await stand.selfheal.until(service.target, ({ state }) => state === 'awaiting_approval')
    expect(await episodes()).toMatchObject([{ incident: id }])
  })

  test('posts what was answered 400 or 429 again at each group interval: one dead letter with a count, and the alert arrives later', async () => {
    const { lane, url, alert, until } = stand.scene('cut', age)
    const halved: Treatment = { kind: 'cut' }
    stand.gate.treat(lane, [halved, halved, { kind: 'answer', status: 429 }, halved])
    await sendAlerts(url, [alert()])
    const tries = await stand.gate.answered(lane, 5)
    expect(tries.map(({ answered }) => answered)).toEqual([400, 400, 429, 400, 202])
    const half = tries[0]?.bytes.length ?? 0
    const { body } = await stand.selfheal.get('/api/v1/deadletters')
    const { deadletters }: { deadletters: { bodyBytes: number }[] } = JSON.parse(JSON.stringify(body))
    expect(deadletters.filter(({ bodyBytes }) => bodyBytes === Math.floor(half / 2))).toMatchObject([
      { count: 3, kind: 'notification', reason: 'invalid-notification' },
    ])
    await until('the alert', (seen) => seen.length === 1)
  })

  test('follows a 302 with a GET, which is answered 405, so that the loss is an error there and the alert is posted again', async () => {
    const { lane, url, alert, until } = stand.scene('found', age)
    const Location = stand.gate.url(`${lane}-target`)
    stand.gate.treat(lane, [{ kind: 'answer', status: 302, headers: { Location } }])
    const failed = () => counterOf(url, 'alertmanager_notifications_failed_total', 'integration="webhook"')
    const before = await failed()
    await sendAlerts(url, [alert()])
    const [followed] = await stand.gate.answered(`${lane}-target`, 1)
    expect(followed).toMatchObject({ method: 'GET', answered: 405 })
    expect(followed?.bytes).toHaveLength(0)
    await eventually('the error', async () => (await failed()) > before)
    await until('the alert', (seen) => seen.length === 1)
  })

  test('passes on alerts without alertname, and label names in any script: the episode has them as they are', async () => {
    const { url, alert, until } = stand.scene('nameless', age)
    const isUtf8 = isAtLeast(realWorld().alertmanager[age].version, '0.27.0')
    const { alertname: _, ...labels } = alert(isUtf8 ? { 'größe.日本 "x"': '😀' } : {}).labels
    await sendAlerts(url, [{ ...alert(), labels }])
    const [episode, ...others] = await until('the alert, routed', ([first]) => first?.reason === 'no-route')
    expect(episode).toMatchObject({ labels, alertname: '' })
    expect(others).toEqual([])
    expect(episode?.fingerprint).toBe(computeFingerprint(labels))
  })

  test('puts the start at the announced end where a sender gives none: the resolve closes the episode all the same', async () => {
    const { url, alert, until } = stand.scene('startless', age)
    const startless = { ...alert(), startsAt: null }
    await sendAlerts(url, [startless])
    const [open] = await until('the alert', (seen) => seen.length === 1)
    expect(Date.parse(open?.startsAt ?? '')).toBeGreaterThan(Date.now() + 60_000)
    await sendResolved(url, [startless])
    await until('its end', ([episode]) => episode?.state === 'resolved')
  })

  test('follows a 308 with the same POST', async () => {
    const { lane, url, alert, until } = stand.scene('moved', age)
    const Location = stand.gate.url(`${lane}-target`)
    stand.gate.treat(lane, [{ kind: 'answer', status: 308, headers: { Location } }])
    await sendAlerts(url, [alert()])
    expect(await stand.gate.answered(`${lane}-target`, 1)).toMatchObject([{ method: 'POST', answered: 202 }])
    await until('the alert', (seen) => seen.length === 1)
  })
})

test('both Alertmanagers try until a selfheal that was killed is back: every alert arrives, those it had are no new episodes', async () => {
  const spec = {
    port: fallible,
    files: { 'runbooks/quick.ts': runbookText() },
    config: quickConfig(engineHost()),
  }
  await using killed = await startSelfheal(spec)
  for (const age of ages) {
    const { url, alert } = stand.scene('down', age)
    await sendAlerts(url, [alert({ replica: 'a' })])
  }
  const isFor = (count: number) => async () => (await episodesIn(killed)).length === count
  await eventually('one of each', isFor(2))
  await killed.stop('SIGKILL')
  for (const age of ages) {
    const { url, alert } = stand.scene('down', age)
    const failed = () => counterOf(url, 'alertmanager_notification_requests_failed_total', 'integration="webhook"')
    const before = await failed()
    await sendAlerts(url, [alert({ replica: 'b' })])
    await eventually('two failed requests', async () => (await failed()) >= before + 2)
  }
  await using back = await startSelfheal({ ...spec, folder: killed.folder })
  const seen = await eventually('all four', async () => {
    const episodes = await episodesIn(back)
    return episodes.length === 4 && episodes
  })
  expect(seen.map(({ labels, state }) => `${labels.age} ${labels.replica} ${state}`).sort()).toEqual([
    'newest a firing',
    'newest b firing',
    'oldest a firing',
    'oldest b firing',
  ])
  expect(await back.metric('selfheal_episodes_total{step="open"}')).toBe(2)
  expect(await back.metric('selfheal_episodes_total{step="repeat"}')).toBeGreaterThanOrEqual(2)
}, 120_000)
