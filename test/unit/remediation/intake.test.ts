import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'

const minuteMs = 60_000

test('twins, repeats and late copies of an alert are one episode and one incident', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  const startsAt = world.clock.now()
  await Promise.all([world.fire(alertOn('web')), world.fire(alertOn('web'))])
  await world.run(10_000)
  await world.fire(alertOn('web'), startsAt + 500)
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  await world.run(20_000)
  await world.fire(alertOn('web'), startsAt)
  await world.resolve(alertOn('web'))
  await world.run(minuteMs)
  expect(world.ledger.listEpisodes(10).length).toBe(1)
  expect(world.ledger.listIncidents({}).length).toBe(1)
  expect(world.incident(web)).toMatchObject({ reopened: 0, outcome: 'recovered' })
  expect(world.engine.performed.length).toBe(1)
})

test('an alert that was taken for resolved while its sender was cut off is not lost when it fires on', async () => {
  const world = createWorld()
  const web = world.add('web')
  const startsAt = world.clock.now()
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.run(20 * minuteMs)
  world.engine.crash(web)
  await world.fire(alertOn('web'), startsAt)
  await world.untilState(web, 'ended')
  expect(world.engine.performed.length).toBe(1)
})

test('a resolved alert that was never seen firing changes nothing', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.resolve(alertOn('web'))
  await world.run(minuteMs)
  expect(world.ledger.listEpisodes(10)).toEqual([])
  expect(world.ledger.pendingNotifications(10)).toEqual([])
})

test('unusable alerts do not take the usable ones of their notification with them', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.post([
    { status: 'odd' },
    {},
    { status: 'firing', labels: alertOn('web'), startsAt: 'soon' },
    { labels: { a: 1 } },
  ])
  await world.post([{ status: 'firing' }, { status: 'firing', labels: alertOn('web') }])
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  const letters = world.deadLetters().map(({ kind, notification, count }) => ({ kind, notification, count }))
  expect(letters.filter(({ notification }) => notification === 1).length).toBe(4)
  expect(letters).toContainEqual({ kind: 'alert', notification: 2, count: 1 })
})

test('a notification of many alerts is applied completely, and others are taken in meanwhile', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  const crowd = Array.from({ length: 1_050 }, (_, index) => ({
    status: 'firing',
    labels: alertOn('web', 'down', { n: String(index) }),
  }))
  await world.post(crowd)
  await world.untilState(web, 'ended')
  expect(world.ledger.listEpisodes(5_000).filter(({ incident }) => incident === 1).length).toBe(1_050)
  expect(world.ledger.listIncidents({}).length).toBe(1)
})

test('an alert that cannot be taken in does not hold up the others', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  const fault = world.runbooks.labelFault
  Object.assign(world.runbooks, {
    labelFault: (name: string, labels: Readonly<Record<string, string>>) => {
      if (labels.poison === 'yes') throw new RangeError('a mistake of ours')
      return fault(name, labels)
    },
  })
  await world.post([
    { status: 'firing', labels: alertOn('web', 'down', { poison: 'yes' }) },
    { status: 'firing', labels: alertOn('web') },
  ])
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.ledger.unroutedEpisodes().length).toBe(1)
})

test('what was accepted before the process died is taken in by the next one', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  world.life.isStorageFailing = () => true
  await world.fire(alertOn('web'))
  await world.run(minuteMs)
  expect(world.find(web)).toBeUndefined()
  world.reboot()
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('the alerts of an incident are attached to it, and why others were not taken is kept', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.post([
    { status: 'firing', labels: alertOn('web') },
    { status: 'firing', labels: alertOn('nothing') },
  ])
  await world.untilState(web, 'ended')
  expect(world.ledger.episodesOf(1).map(({ labels }) => labels.service)).toEqual(['web'])
  expect(world.lines.find(({ phrase }) => phrase === 'alert not taken')?.fields).toMatchObject({
    notification: 1,
    reason: 'no-target',
  })
})
