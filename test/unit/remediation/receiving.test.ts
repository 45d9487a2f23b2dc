/** What Alertmanager is known to send, and what the engine makes of it. */
import { expect, test } from 'vitest'
import { computeFingerprint } from '../../../src/alert/fingerprint.ts'
import { alertOn, createWorld, type EngineWorld, type Labels } from '../../support/engine-world.ts'
import { curedByStart, incurable } from '../../support/simulated-engine.ts'

const minuteMs = 60_000

/** A target that a person stopped: its incident waits, whatever else happens. */
const stopped = async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  return { world, web }
}

const alert = (world: EngineWorld, labels: Labels, changes: object = {}) => ({
  status: 'firing',
  labels,
  annotations: { summary: 'it is down' },
  startsAt: new Date(world.clock.now()).toISOString(),
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: computeFingerprint(labels),
  ...changes,
})

const resolved = (world: EngineWorld, first: ReturnType<typeof alert>) => ({
  ...first,
  status: 'resolved',
  endsAt: new Date(world.clock.now()).toISOString(),
})

const states = (world: EngineWorld): readonly string[] => world.ledger.listEpisodes(100).map(({ state }) => state)

test('every message carries the whole group: what is known is repeated, what is new is opened', async () => {
  const { world, web } = await stopped()
  const first = alert(world, alertOn('web', 'down', { instance: '1' }))
  const second = alert(world, alertOn('web', 'down', { instance: '2' }))
  await world.post([first])
  await world.run(minuteMs)
  await world.post([first, second])
  await world.run(minuteMs)
  await world.post([first, second])
  await world.run(minuteMs)
  expect(world.steps).toEqual(['open', 'repeat', 'open', 'repeat', 'repeat'])
  expect(world.kinds(web).filter((kind) => kind === 'alert-joined').length).toBe(1)
})

test('twins of a pair of Alertmanagers, in either order, are one firing and one resolution', async () => {
  for (const order of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const { world, web } = await stopped()
    const labels = alertOn('web')
    const startsAt = new Date(world.clock.now()).toISOString()
    const twin = (peer: string, changes: object = {}) =>
      world.post([alert(world, labels, { startsAt, ...changes })], 'selfheal', { externalURL: `http://${peer}:9093` })
    for (const peer of order) await twin(peer)
    await world.run(minuteMs)
    const end = { status: 'resolved', endsAt: new Date(world.clock.now()).toISOString() }
    for (const peer of order) await twin(peer, end)
    // The slower peer had still posted the alert as firing.
    await twin('b')
    await world.run(minuteMs)
    expect(world.steps).toEqual(['open', 'repeat', 'close', 'ignore', 'ignore'])
    expect(states(world)).toEqual(['resolved'])
    expect(world.kinds(web).filter((kind) => kind === 'alert-closed').length).toBe(1)
  }
})

test('after a crash Alertmanager announces anew, in part and then in full, with another group key: nothing is new', async () => {
  const { world, web } = await stopped()
  const first = alert(world, alertOn('web', 'down', { instance: '1' }))
  const second = alert(world, alertOn('web', 'down', { instance: '2' }))
  await world.post([first, second], 'selfheal', { groupKey: '{}:{alertname="Test_down"}' })
  await world.run(minuteMs)
  const anew = { groupKey: '{}/{team="a"}:{alertname="Test_down"}', notification_reason: 'first notification' }
  await world.post([first], 'selfheal', anew)
  await world.post([first, second], 'selfheal', anew)
  await world.run(minuteMs)
  expect(states(world)).toEqual(['firing', 'firing'])
  expect(world.incident(web).id).toBe(1)
  expect(world.kinds(web)).not.toContain('alert-closed')
})

test('a partly resolved group is firing as a whole: each alert counts for itself', async () => {
  const { world } = await stopped()
  const first = alert(world, alertOn('web', 'down', { instance: '1' }))
  const second = alert(world, alertOn('web', 'down', { instance: '2' }))
  await world.post([first, second])
  await world.run(minuteMs)
  await world.post([first, resolved(world, second)], 'selfheal', { status: 'firing' })
  await world.run(minuteMs)
  expect(states(world)).toEqual(['resolved', 'firing'])
})

test('a status that contradicts its alerts does not count, cut off or not', async () => {
  for (const truncatedAlerts of [0, 7]) {
    const { world } = await stopped()
    const first = alert(world, alertOn('web', 'down', { instance: '1' }))
    await world.post([first], 'selfheal', { status: 'resolved', truncatedAlerts })
    await world.run(minuteMs)
    expect(states(world)).toEqual(['firing'])
  }
})

test('annotations that change are no other alert, nor is a link', async () => {
  const { world, web } = await stopped()
  const first = alert(world, alertOn('web'))
  await world.post([first])
  await world.run(minuteMs)
  await world.post([{ ...first, annotations: { value: '97 %' }, generatorURL: 'http://prometheus/other' }])
  await world.run(minuteMs)
  expect(states(world)).toEqual(['firing'])
  expect(world.kinds(web)).not.toContain('alert-joined')
})

test('a label that changes makes another alert, which joins', async () => {
  const { world, web } = await stopped()
  await world.post([alert(world, alertOn('web', 'down', { version: '1' }))])
  await world.post([alert(world, alertOn('web', 'down', { version: '2' }))])
  await world.run(minuteMs)
  expect(states(world)).toEqual(['firing', 'firing'])
  expect(world.kinds(web)).toContain('alert-joined')
})

test('an alert without a name is healed like any other', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByStart)
  const { alertname, ...labels } = alertOn('web') as Record<string, string>
  expect(alertname).toBe('Test_down')
  await world.post([alert(world, labels)])
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.timeline(web)[0]?.text).toContain(computeFingerprint(labels))
})

test('an alert with an empty label set is kept by its fingerprint, and goes nowhere', async () => {
  const { world } = await stopped()
  await world.post([alert(world, {}, { fingerprint: 'cbf29ce484222325' })])
  await world.run(minuteMs)
  expect(world.ledger.listEpisodes(1)).toMatchObject([
    { fingerprint: 'cbf29ce484222325', disposition: { reason: 'no-route' } },
  ])
})

test('labels whose names are UTF-8, or mean something to a program, are nothing but labels', async () => {
  const { world } = await stopped()
  const labels = { ...alertOn('web'), 'größe.in %': 'x', ['__proto__']: 'y', constructor: 'z' }
  await world.post([alert(world, labels)])
  await world.run(minuteMs)
  const [episode] = world.ledger.listEpisodes(1)
  expect(Object.entries(episode?.labels ?? {}).toSorted()).toEqual(Object.entries(labels).toSorted())
  expect(episode?.incident).toBe(1)
})

test('a series that vanishes with its target is reported as resolved: that proves nothing, and it is healed', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByStart)
  world.engine.behaviour = (call) => (call === 1 ? 'refuse' : 'normal')
  await world.fire(alertOn('web'))
  await world.untilState(web, 'deferred')
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('a start that moves back, or forward, while it fires opens nothing', async () => {
  const { world, web } = await stopped()
  const now = world.clock.now()
  for (const startsAt of [now, now - 5 * minuteMs, now + 3 * minuteMs, now]) {
    await world.post([alert(world, alertOn('web'), { startsAt: new Date(startsAt).toISOString() })])
    await world.run(minuteMs)
  }
  expect(states(world)).toEqual(['firing'])
  expect(world.kinds(web).filter((kind) => kind === 'incident-opened').length).toBe(1)
})

test('the same bytes, again and again, as after an answer that was lost, change nothing', async () => {
  const { world, web } = await stopped()
  const first = alert(world, alertOn('web'))
  for (let round = 0; round < 5; round += 1) await world.post([first])
  await world.run(minuteMs)
  const events = world.timeline(web).length
  for (let round = 0; round < 5; round += 1) await world.post([first])
  await world.run(minuteMs)
  expect(world.timeline(web).length).toBe(events)
  expect(states(world)).toEqual(['firing'])
})

test('the severity of an incident rises with a more critical alert, as an event, and does not fall', async () => {
  const { world, web } = await stopped()
  const severities = ['info', 'warning', 'critical', 'warning', 'none']
  const seen: string[] = []
  for (const severity of severities) {
    await world.post([alert(world, alertOn('web', 'down', { severity }))])
    await world.run(1_000)
    seen.push(world.incident(web).severity)
  }
  expect(seen).toEqual(['info', 'warning', 'critical', 'critical', 'critical'])
  const raised = world.timeline(web).filter(({ kind }) => kind === 'severity-raised')
  expect(raised.map(({ data }) => [data.from, data.to])).toEqual([
    ['info', 'warning'],
    ['warning', 'critical'],
  ])
})

test('the severity rises as well when a more critical alert reopens the incident', async () => {
  const world = createWorld()
  const web = world.add('web')
  const labels = alertOn('web', 'down', { severity: 'warning' })
  world.engine.crash(web, curedByStart)
  await world.fire(labels)
  await world.untilState(web, 'ended')
  await world.resolve(labels)
  await world.run(3 * minuteMs)
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.until('it is reopened', () => world.incident(web).reopened === 1)
  expect(world.incident(web).severity).toBe('critical')
})
