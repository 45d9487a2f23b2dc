import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { curedByStart } from '../../support/simulated-engine.ts'

const hourMs = 3_600_000

test('what a person stopped is never touched, and comes to its end when the person starts it', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.stopByPerson(web)
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), hourMs / 4)
  await world.run(24 * hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason: 'stopped-by-person' })
  expect(world.engine.performed).toEqual([])
  expect(world.kinds(web)).toEqual(['incident-opened', 'refused'])
  world.engine.startByPerson(web)
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered_without_action')
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()).toEqual([])
})

test('one replica that a person stopped protects its whole service', async () => {
  const world = createWorld()
  const web = world.add('web', { count: 2 })
  world.engine.crash(web)
  const [first] = world.engine.service(web).replicas
  if (first !== undefined) first.exitCause = 'person'
  await world.fire(alertOn('web'))
  await world.run(hourMs)
  expect(world.incident(web).reason).toBe('stopped-by-person')
  expect(world.engine.performed).toEqual([])
})

test('a person who stops the target during the proof has the last word', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  await world.run(5_000)
  world.engine.stopByPerson(web)
  await world.run(hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason: 'stopped-by-person' })
  expect(world.engine.performed.length).toBe(1)
})

test('a paused container is never touched', async () => {
  const world = createWorld()
  const web = world.add('web')
  for (const replica of world.engine.service(web).replicas) replica.state = 'paused'
  await world.fire(alertOn('web'))
  await world.run(hourMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason: 'paused-container' })
  expect(world.engine.performed).toEqual([])
  for (const replica of world.engine.service(web).replicas) replica.state = 'running'
  await world.untilState(web, 'ended')
})

test('a container that ended in a way that nobody saw is asked about, and escalates when nobody answers', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  for (const replica of world.engine.service(web).replicas) replica.exitCause = 'unknown'
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web)).toMatchObject({ reason: 'cannot-tell', until: world.clock.now() + hourMs })
  expect(world.incident(web).proposal).toMatchObject({ rung: 0, rungName: 'start', risk: 'low' })
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ reason: 'approval-expired', proposal: null, until: null })
  const { description } = world.deliveries()[0]?.message.annotations ?? {}
  expect(description).toContain('start shop-web-1; asked because of cannot-tell')
  expect(description).toContain('shop-web-1: exited')
  expect(world.engine.performed).toEqual([])
})

test('what was asked because nobody saw how it ended is healed once it is known that it crashed', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  for (const replica of world.engine.service(web).replicas) replica.exitCause = 'unknown'
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  for (const replica of world.engine.service(web).replicas) replica.exitCause = 'crash'
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test.each([
  ['is not opted in', { isOptedIn: false }, 'not-opted-in'],
  ['is protected', { protectedBecause: 'it is selfheal itself' }, 'protected'],
  ['has no live replica', { isReplica: false }, 'no-target'],
])('an alert on a target that %s leads to no incident, and says why', async (_, changes, reason) => {
  const world = createWorld()
  const web = world.add('web', changes)
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), hourMs)
  await world.run(12 * hourMs)
  expect(world.find(web)).toBeUndefined()
  expect(world.ledger.listEpisodes(10)).toMatchObject([{ incident: null, disposition: { reason } }])
  expect(world.engine.performed).toEqual([])
})

test.each([
  ['that names no container', alertOn('nothing'), 'no-target'],
  ['that names several targets', alertOn('web'), 'ambiguous-target'],
  ['that no runbook wants', alertOn('web', 'strange'), 'no-route'],
  ['that breaks the label contract', alertOn('WEB', 'errors'), 'labels-invalid'],
  ['of our own escalation', alertOn('web', 'down', { selfheal_origin: 'escalation' }), 'own-alert'],
  ['about ourselves', alertOn('web', 'down', { selfheal_origin: 'self' }), 'own-alert'],
])('an alert %s leads to no incident, and says why', async (_, labels, reason) => {
  const world = createWorld()
  for (const project of ['shop', 'blog']) world.engine.crash(world.add('web', { project }))
  await world.fire(labels)
  await world.run(hourMs)
  expect(world.ledger.listIncidents({})).toEqual([])
  expect(world.ledger.listEpisodes(10)).toMatchObject([{ incident: null, disposition: { reason } }])
  expect(world.engine.performed).toEqual([])
})

test('an alert of our own fast path is routed like any other', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web', 'down', { selfheal_origin: 'engine' }))
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('an alert that was not taken is taken when it repeats and the reason has gone', async () => {
  const world = createWorld()
  const web = world.add('web', { isOptedIn: false })
  world.engine.crash(web)
  await world.fire(alertOn('web'))
  world.repeat(alertOn('web'), hourMs / 4)
  await world.run(2 * hourMs)
  world.engine.service(web).isOptedIn = true
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.ledger.listEpisodes(10)).toMatchObject([{ incident: 1, disposition: null }])
})

test('a target that is taken off the opt-in while its incident is open is not touched any more', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, { ...curedByStart, curedBy: 'restart' })
  await world.fire(alertOn('web'))
  await world.untilState(web, 'verifying')
  world.engine.service(web).isOptedIn = false
  await world.run(hourMs)
  expect(world.engine.performed.length).toBe(1)
  // What was begun and may not be gone on with is a person's to finish.
  expect(world.incident(web)).toMatchObject({ state: 'escalated', reason: 'not-opted-in' })
})

test('labels with control characters and shell syntax are data all the way, and harm nothing', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, { ...curedByStart, curedBy: 'nothing' })
  const nasty = '\u0000\u001b[2J$(reboot)`id`;rm -rf / \'"\\ <script>alert(1)</script> \ud800 \u202e $HOME'
  await world.fire(
    alertOn('web', 'down', { alertname: nasty, team: nasty, ['__proto__']: nasty, constructor: nasty, summary: nasty }),
  )
  await world.untilState(web, 'escalated')
  expect(world.incident(web).labels.alertname).toBe(nasty.toWellFormed())
  expect(world.deliveries()[0]?.message.labels.team).toBe(nasty.toWellFormed())
  expect(JSON.stringify(world.engine.performed)).not.toContain('reboot')
})

test('a label far longer than any name leads nowhere', async () => {
  const world = createWorld()
  world.engine.crash(world.add('web'))
  await world.fire(alertOn('w'.repeat(100_000)))
  await world.run(1_000)
  const [episode] = world.ledger.listEpisodes(1)
  expect(episode?.disposition?.reason).toBe('no-target')
  expect(episode?.disposition?.detail.length).toBeLessThan(500)
})
