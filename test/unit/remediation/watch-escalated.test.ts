import { expect, test } from 'vitest'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { incurable } from '../../support/simulated-engine.ts'

test('an escalated incident whose target is missing for a moment stays escalated, and ends when it is gone for good', async () => {
  const world = createWorld()
  const web = world.add('web')
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'escalated')
  world.engine.remove(web)
  await world.resolve(alertOn('web'))
  await world.run(40_000)
  expect(world.incident(web)).toMatchObject({ state: 'escalated', outcome: null })
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('target_gone')
})
