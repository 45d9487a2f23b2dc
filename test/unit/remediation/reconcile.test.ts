import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { curedByStart, incurable } from '../../support/simulated-engine.ts'
import { down, episodes, healed, latest, listening, minuteMs, other, secondMs, waiting } from './listening-world.ts'

test('what is held active and fires is only noted: no event, no second episode', async () => {
  const { world, web } = await waiting()
  const events = world.timeline(web).length
  await world.run(10 * minuteMs)
  expect(world.timeline(web).length).toBe(events)
  expect(episodes(world)).toMatchObject([{ state: 'firing', openedBy: 'notification' }])
  expect(world.clock.now() - latest(world).lastSeenAt).toBeLessThanOrEqual(6 * minuteMs)
  expect(world.reconciled).toEqual([])
})

test('an alert that is routed elsewhere from now on is closed: nothing would ever end it', async () => {
  const { world } = await waiting()
  world.alertmanager.hold(down, { receivers: ['pager'] })
  await world.run(5 * minuteMs)
  expect(latest(world).state).toBe('vanished')
})

test('an alert that is in no complete listing for three minutes on end has vanished: that proves nothing', async () => {
  const { world, web } = await waiting()
  world.alertmanager.drop(down)
  await world.run(150 * secondMs)
  expect(latest(world).state).toBe('firing')
  await world.run(90 * secondMs)
  expect(latest(world).state).toBe('vanished')
  expect(world.kinds(web)).toContain('alert-closed')
  expect(world.incident(web).state).not.toBe('ended')
})

test('a restart of Alertmanager, which forgets everything for a while, closes nothing', async () => {
  const { world } = await waiting()
  const { startsAt } = latest(world)
  for (let round = 0; round < 5; round += 1) {
    world.alertmanager.forget()
    await world.run(2 * minuteMs)
    world.alertmanager.hold(down, { startsAt })
    await world.run(minuteMs)
  }
  expect(episodes(world)).toMatchObject([{ state: 'firing' }])
})

test.each(['part', 'down'] as const)('a listing says nothing of absence while Alertmanager is %s', async (state) => {
  const { world } = await waiting()
  world.alertmanager.drop(down)
  world.alertmanager.state = state
  await world.run(60 * minuteMs)
  expect(latest(world).state).toBe('firing')
  const at = world.reconciledAt()
  world.alertmanager.state = 'up'
  await world.run(2 * minuteMs)
  expect(latest(world).state).toBe('firing')
  expect(world.reconciledAt()).toBeGreaterThan(at ?? 0)
  await world.run(3 * minuteMs)
  expect(latest(world).state).toBe('vanished')
})

test('an alert that no listing has ever held does not vanish: its Alertmanager may not be one of ours', async () => {
  const { world } = await listening()
  world.engine.crash(world.add('far'), incurable)
  await world.fire(alertOn('far'))
  await world.run(4.5 * 60 * minuteMs)
  expect(latest(world, alertOn('far')).state).toBe('firing')
  await world.run(60 * minuteMs)
  expect(latest(world, alertOn('far')).state).toBe('vanished')
})

test('a message that arrives after the listing was asked for wins', async () => {
  const { world } = await waiting()
  world.alertmanager.answerMs = 20 * secondMs
  world.alertmanager.hold(down, { state: 'suppressed' })
  const listing = world.reconcile()
  await world.run(5 * secondMs)
  world.alertmanager.hold(down, { state: 'active' })
  await world.fire(down, latest(world).startsAt)
  await world.run(20 * secondMs)
  await listing
  expect(latest(world).state).toBe('firing')
  expect(world.reconciled).toEqual([])
})

test('an alert that nobody announced counts only after group_wait and group_interval must have passed', async () => {
  const { world, web } = await listening()
  world.engine.crash(web, curedByStart)
  world.alertmanager.hold(down)
  await world.run(5.5 * minuteMs)
  expect(episodes(world)).toEqual([])
  await world.untilState(web, 'ended')
  expect(world.clock.now() - (world.incident(web).openedAt ?? 0)).toBeLessThan(2 * minuteMs)
  expect(world.incident(web)).toMatchObject({ outcome: 'recovered', notification: 1 })
  expect(latest(world).openedBy).toBe('listing')
})

test('an alert that nobody announced is left alone where routes are muted by the time of day', async () => {
  const { world } = await listening()
  world.alertmanager.mutesByTime = true
  world.alertmanager.hold(down)
  await world.run(60 * minuteMs)
  expect(episodes(world)).toEqual([])
})

test('an alert that comes and goes unannounced is never taken', async () => {
  const { world } = await listening()
  for (let round = 0; round < 10; round += 1) {
    world.alertmanager.hold(down, { state: round % 2 === 0 ? 'active' : 'suppressed' })
    await world.run(4 * minuteMs)
  }
  world.alertmanager.drop(down)
  await world.run(10 * minuteMs)
  expect(episodes(world)).toEqual([])
})

test('alerts for receivers that never posted to us are none of ours', async () => {
  const { world } = await listening()
  world.alertmanager.hold(down, { receivers: ['pager'] })
  await world.run(60 * minuteMs)
  expect(episodes(world)).toEqual([])
})

test('a receiver is known by the name of the configuration, also after a restart', async () => {
  const { world } = await listening('web\\.hook(1)')
  await world.restart()
  world.alertmanager.hold(down, { receivers: ['pager', 'web.hook(1)'] })
  await world.run(7 * minuteMs)
  expect(episodes(world)).toMatchObject([{ state: 'firing' }])
})

test.each(['escalation', 'self'])('our own alerts of origin %s are shown, and never routed', async (origin) => {
  const { world, web } = await listening()
  world.engine.crash(web, curedByStart)
  const labels = alertOn('web', 'down', { selfheal_origin: origin })
  world.alertmanager.hold(labels)
  await world.run(30 * minuteMs)
  expect(latest(world, labels)).toMatchObject({ incident: null, disposition: { reason: 'own-alert' } })
  expect(world.engine.performed).toEqual([])
})

test('a truncated notification closes nothing that it does not name, and those that it left out are found at once', async () => {
  const { world } = await waiting()
  world.engine.crash('local/shop/db', curedByStart)
  world.alertmanager.hold(other)
  const asked = world.alertmanager.asked.length
  const named = { status: 'resolved', labels: alertOn('gone'), endsAt: new Date(world.clock.now()).toISOString() }
  await world.post([named], 'selfheal', {
    status: 'resolved',
    truncatedAlerts: 2,
    groupLabels: { severity: 'critical' },
  })
  await world.run(10 * secondMs)
  expect(world.alertmanager.asked.length).toBeGreaterThan(asked)
  expect(latest(world).state).toBe('firing')
  expect(latest(world, other)).toMatchObject({ state: 'firing', openedBy: 'listing' })
})

test('a truncated group says nothing of other groups, nor once it is whole again', async () => {
  const { world } = await listening()
  const more = { truncatedAlerts: 2, groupLabels: { service: 'elsewhere' } }
  await world.post([{ status: 'firing', labels: { alertname: 'x' } }], 'selfheal', more)
  const whole = { truncatedAlerts: 2, groupLabels: { service: 'web' } }
  await world.post([{ status: 'firing', labels: { alertname: 'x' } }], 'selfheal', whole)
  await world.post([{ status: 'firing', labels: { alertname: 'x' } }], 'selfheal', { ...whole, truncatedAlerts: 0 })
  world.alertmanager.hold(down)
  await world.run(4 * minuteMs)
  expect(episodes(world)).toEqual([])
})

test('truncated notifications in a row ask Alertmanager now and then, not each time', async () => {
  const { world } = await listening()
  const asked = world.alertmanager.asked.length
  for (let round = 0; round < 20; round += 1) {
    await world.post([{ status: 'firing', labels: { alertname: 'x' } }], 'selfheal', { truncatedAlerts: 1 })
    await world.run(500)
  }
  expect(world.alertmanager.asked.length - asked).toBeLessThanOrEqual(4)
  expect(world.alertmanager.asked.length).toBeGreaterThan(asked)
})

test('resolved and fired again without a message: the old episode closes, and the incident is opened again', async () => {
  const { world, web } = await healed()
  await world.run(minuteMs)
  world.engine.crash(web, curedByStart)
  world.alertmanager.hold(down, { startsAt: world.clock.now() })
  await world.until('it is reopened', () => world.incident(web).reopened === 1, minuteMs)
  expect(episodes(world)).toMatchObject([{ state: 'firing', openedBy: 'listing' }, { state: 'resolved' }])
  await world.untilState(web, 'ended')
  expect(world.engine.isWell(web)).toBe(true)
})

test('a start that is put at the announced end, further ahead with each message of its sender, opens nothing', async () => {
  const { world } = await waiting()
  for (let minutes = 0; minutes < 20; minutes += 1) {
    world.alertmanager.hold(down, { startsAt: world.clock.now() + 4 * minuteMs })
    await world.run(minuteMs)
  }
  expect(episodes(world)).toMatchObject([{ state: 'firing', openedBy: 'notification' }])
})

test('a start that moves back and forth, as it does between peers of Prometheus, opens nothing', async () => {
  const { world, web } = await waiting()
  const { startsAt } = latest(world)
  const moves = [-minuteMs, 0, 10 * secondMs, -10 * minuteMs, 0]
  for (const move of moves) {
    world.alertmanager.hold(down, { startsAt: startsAt + move })
    await world.run(minuteMs)
    await world.fire(down, startsAt - move)
    await world.run(minuteMs)
  }
  expect(episodes(world).length).toBe(1)
  expect(world.incident(web).reopened).toBe(0)
})

test('a late copy was rightly ignored; an alert that is still held active is opened by the second listing', async () => {
  const { world, web } = await healed()
  const { startsAt } = latest(world)
  await world.resolve(down)
  world.alertmanager.drop(down)
  await world.run(minuteMs)
  await world.fire(down, startsAt)
  await world.run(4 * minuteMs)
  expect(latest(world).state).toBe('resolved')
  world.engine.crash(web, curedByStart)
  world.alertmanager.hold(down, { startsAt })
  await world.fire(down, startsAt)
  await world.until('it is opened', () => latest(world).state === 'firing', 90 * secondMs)
  expect(latest(world).openedBy).toBe('listing')
  await world.untilState(web, 'ended')
  expect(world.engine.isWell(web)).toBe(true)
})

test('an alert that resolved and is about to go from the listing is not opened again', async () => {
  const { world } = await healed()
  await world.resolve(down)
  await world.run(40 * secondMs)
  world.alertmanager.drop(down)
  await world.run(20 * minuteMs)
  expect(episodes(world)).toMatchObject([{ state: 'resolved' }])
})

test('an alert that fires on after its incident ended is looked at again without a repeated message', async () => {
  const { world, web } = await healed()
  await world.run(4 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'ended', reopened: 0 })
  world.engine.crash(web, curedByStart)
  await world.until('it is reopened', () => world.incident(web).reopened === 1, 2 * minuteMs)
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('an alert that clears slowly after the recovery does not look like one that flaps', async () => {
  const { world, web } = await healed()
  await world.run(20 * minuteMs)
  world.alertmanager.drop(down)
  await world.resolve(down)
  await world.run(60 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'recovered_without_action' })
  expect(world.incident(web).reopened).toBeLessThan(3)
})

test('what was only advised is not advised again and again', async () => {
  const world = createWorld({ reconciles: true, settings: { mode: 'observe' } })
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(down)
  world.alertmanager.hold(down)
  await world.untilState(web, 'ended')
  await world.run(24 * 60 * minuteMs)
  expect(world.ledger.listIncidents({}).length).toBe(1)
  expect(world.incident(web)).toMatchObject({ outcome: 'advised', reopened: 0 })
})

test('an alert without a target is taken when the target comes, without a repeated message', async () => {
  const { world } = await listening()
  const labels = alertOn('late')
  await world.fire(labels)
  world.alertmanager.hold(labels)
  await world.run(minuteMs)
  expect(latest(world, labels).disposition?.reason).toBe('no-target')
  const late = world.add('late')
  world.engine.crash(late, curedByStart)
  await world.until('it is taken', () => world.find(late) !== undefined, 7 * minuteMs)
})

test('listings go on after one that could not be had, and a backlog of messages comes before a listing', async () => {
  const { world } = await waiting()
  world.alertmanager.state = 'down'
  await world.run(5 * minuteMs)
  expect(world.lines.filter(({ phrase }) => phrase === 'alerts cannot be listed').length).toBe(1)
  world.alertmanager.state = 'up'
  world.alertmanager.hold(down, { state: 'suppressed' })
  await world.run(minuteMs)
  expect(latest(world).state).toBe('suppressed')
})

test('the clock may jump: nothing is opened, closed or waited for because of that', async () => {
  const { world } = await waiting()
  for (const jump of [-2 * 60 * minuteMs, 3 * 60 * minuteMs, -minuteMs]) {
    world.clock.jump(jump)
    await world.run(5 * minuteMs)
    expect(episodes(world)).toMatchObject([{ state: 'firing' }])
  }
  world.clock.jump(-6 * 60 * minuteMs)
  world.alertmanager.drop(down)
  await world.run(5 * minuteMs)
  expect(latest(world).state).toBe('vanished')
})
