import { expect, test } from 'vitest'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { curedByStart } from '../../support/simulated-engine.ts'

const minuteMs = 60_000

/** An incident on `web` that has ended well, six minutes before an alert that still fires is reported again. */
const endedLongAgo = async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, curedByStart)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  await world.run(6 * minuteMs)
  const repeat = (): Promise<number> => world.fire(alertOn('web'), episode(world).startsAt)
  return { world, web, repeat }
}

const episode = (world: EngineWorld) => {
  const [latest] = world.ledger.listEpisodes(1)
  if (latest === undefined) throw new Error('no alert was taken in')
  return latest
}

const faults = (world: EngineWorld): number => world.lines.filter(({ phrase }) => phrase === 'intake failed').length

test('a repeat whose target is gone is decided upon once, and stays with the incident that it was part of', async () => {
  const { world, web, repeat } = await endedLongAgo()
  world.engine.remove(web)
  await repeat()
  await world.run(minuteMs)
  expect(faults(world)).toBe(0)
  expect(episode(world)).toMatchObject({ incident: 1, disposition: { reason: 'no-target' } })
  expect(world.ledger.unroutedEpisodes()).toEqual([])
  await repeat()
  await world.run(minuteMs)
  expect(world.lines.filter(({ phrase }) => phrase === 'alert not taken').length).toBe(1)
  expect(world.ledger.unroutedEpisodes()).toEqual([])
})

test('a repeat whose target is there again is taken, and its disposition forgotten', async () => {
  const { world, web, repeat } = await endedLongAgo()
  world.engine.remove(web)
  await repeat()
  await world.run(1_000)
  world.add('web')
  world.engine.crash(web, curedByStart)
  await repeat()
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ id: 1, reopened: 1, outcome: 'recovered' })
  expect(episode(world)).toMatchObject({ incident: 1, disposition: null })
})

test('a repeat while the containers cannot be listed is taken once they can', async () => {
  const { world, web, repeat } = await endedLongAgo()
  world.engine.crash(web, curedByStart)
  world.engine.state = 'down'
  await repeat()
  await world.run(minuteMs)
  expect(faults(world)).toBe(0)
  expect(episode(world).disposition?.reason).toBe('engine-unreachable')
  world.engine.state = 'up'
  await world.until('it is reopened', () => world.incident(web).reopened === 1)
  expect(episode(world)).toMatchObject({ incident: 1, disposition: null })
  await world.untilState(web, 'ended')
  expect(world.engine.isWell(web)).toBe(true)
})

test('a repeat that was applied before the process died is decided upon by the next one', async () => {
  const { world, web, repeat } = await endedLongAgo()
  world.engine.crash(web, curedByStart)
  const { commits } = world.life
  world.life.endsAt = (number, when) => number === commits + 1 && when === 'after'
  await repeat()
  await world.run(1_000)
  world.reboot()
  expect(world.ledger.pendingCount()).toBe(0)
  await world.until('it is reopened', () => world.incident(web).reopened === 1)
  await world.untilState(web, 'ended')
  expect(world.engine.isWell(web)).toBe(true)
})

test('of two alerts that are repeated together, one reopens the incident, and the other is part of it as it was', async () => {
  const world = createWorld()
  const web = world.add('web')
  const alerts = ['a', 'b'].map((instance) => ({
    status: 'firing',
    labels: alertOn('web', 'down', { instance }),
    startsAt: new Date(world.clock.now()).toISOString(),
  }))
  world.engine.crash(web, curedByStart)
  await world.post(alerts)
  await world.untilState(web, 'ended')
  await world.run(6 * minuteMs)
  world.engine.crash(web, curedByStart)
  await world.post(alerts)
  await world.until('it is reopened', () => world.incident(web).reopened === 1)
  await world.untilState(web, 'ended')
  expect(world.ledger.episodesOf(1).length).toBe(2)
  expect(world.ledger.unroutedEpisodes()).toEqual([])
  expect(world.kinds(web).filter((kind) => kind === 'alert-joined').length).toBe(1)
})
