/** Worlds in which Alertmanager is asked what it holds, at the points from which tests go on. */
import { expect } from 'vitest'
import { computeFingerprint } from '../../../src/alert/fingerprint.ts'
import { alertOn, createWorld, type EngineWorld, type Labels } from '../../support/engine-world.ts'
import { curedByStart } from '../../support/simulated-engine.ts'

export const secondMs = 1_000
export const minuteMs = 60_000

export const down = alertOn('web')
export const other = alertOn('db')

export const episodes = (world: EngineWorld, labels: Labels = down) =>
  world.ledger.listEpisodes(200).filter(({ fingerprint }) => fingerprint === computeFingerprint(labels))

export const latest = (world: EngineWorld, labels: Labels = down) => {
  const [found] = episodes(world, labels)
  if (found === undefined) throw new Error('no episode')
  return found
}

/** A world whose receiver is known by a notification about something else. */
export const listening = async (posted = 'selfheal') => {
  const world = createWorld({ reconciles: true })
  const web = world.add('web')
  world.add('db')
  await world.post([{ status: 'firing', labels: { alertname: 'Other' } }], posted)
  world.alertmanager.hold({ alertname: 'Other' })
  await world.run(secondMs)
  return { world, web }
}

/** The target is down, its alert was posted, and Alertmanager holds it. An incident waits, as a person stopped the target. */
export const waiting = async () => {
  const { world, web } = await listening()
  world.engine.stopByPerson(web)
  await world.fire(down)
  world.alertmanager.hold(down)
  await world.run(minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason: 'stopped-by-person' })
  return { world, web }
}

/** The target was healed, and its incident has ended; the alert still fires. */
export const healed = async () => {
  const { world, web } = await listening()
  world.engine.crash(web, curedByStart)
  await world.fire(down)
  world.alertmanager.hold(down)
  await world.untilState(web, 'ended')
  return { world, web }
}
