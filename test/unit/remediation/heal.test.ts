import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'

test('a service that is down is started, proven to run, and the incident ends as recovered', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web)
  const notification = await world.fire(alertOn('web'))
  await world.untilState(web, 'ended')
  const incident = world.incident(web)
  expect(incident).toMatchObject({ outcome: 'recovered', reason: null, reopened: 0, notification })
  expect(world.kinds(web)).toEqual([
    'incident-opened',
    'attempt-reserved',
    'attempt-acting',
    'attempt-acted',
    'proof-started',
    'proof-settled',
    'incident-ended',
  ])
})
