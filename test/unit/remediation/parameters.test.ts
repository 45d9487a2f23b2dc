import { expect, test } from 'vitest'
import { parseLabelTemplate } from '../../../src/alert/label-template.ts'
import { defineRunbook, type Runbook, restart, running, Type } from '../../../src/authoring/index.ts'
import type { Route } from '../../../src/config/settings.ts'
import { plan } from '../../../src/remediation/plan.ts'
import { alertOn, createWorld } from '../../support/engine-world.ts'
import { containerDown } from '../../support/test-runbooks.ts'

const heard: unknown[] = []

/** Says what it was tuned with, and acts only when it is told so. */
const tunable = defineRunbook({
  ...containerDown,
  name: 'tunable',
  match: ['symptom="odd"'],
  labels: Type.Object({}),
  parameters: Type.Object({
    patience: Type.Integer({ minimum: 1, default: 3 }),
    act: Type.Boolean({ default: false }),
  }),
  ladder: [
    {
      name: 'restart',
      risk: 'low',
      when: ({ parameters }) => parameters.act,
      plan: ({ target, parameters }) => {
        heard.push(parameters)
        return [restart(target)]
      },
      verify: [running()],
      within: '60s',
      stableFor: '30s',
    },
  ],
  escalate: { severity: 'critical', summary: ({ parameters }) => `after ${parameters.patience}` },
})

const aRoute = (changes: Partial<Route>): Route => ({
  ...{ match: ['symptom="odd"'], runbook: null, mode: null, budgets: null, cooldownMs: null },
  ...changes,
})

const worldWith = (routes: readonly Route[], others: readonly unknown[] = [containerDown]) => {
  heard.length = 0
  return createWorld({ settings: { routes }, runbooks: [...others, tunable] as Runbook[] })
}

test('what routes give reaches the code of the runbook, and the defaults of the others with it', async () => {
  const inner = aRoute({ match: ['service="web"'], parameters: { patience: 9 } })
  const world = worldWith([aRoute({ parameters: { act: true, patience: 7 }, routes: [inner] })])
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web', 'odd'))
  await world.untilState(web, 'ended')
  expect(heard).toContainEqual({ act: true, patience: 9 })
  expect(world.engine.performed).toHaveLength(1)
})

test('without any the defaults hold', async () => {
  const world = worldWith([])
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web', 'odd'))
  await world.untilState(web, 'escalated')
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()[0]?.message.annotations.summary).toBe('after 3')
})

test.each<[string, Route['parameters'] & object, RegExp]>([
  ['out of bounds', { patience: 0 }, /patience/],
  ['of another type', { patience: '7' }, /patience/],
  ['that it does not take', { other: 1 }, /other/],
])('with parameters %s an alert is not taken, and why is on it', async (_, parameters, why) => {
  const world = worldWith([aRoute({ parameters })])
  const web = world.add('web')
  await world.fire(alertOn('web', 'odd'))
  await world.run(1_000)
  expect(world.find(web)).toBeUndefined()
  const [episode] = world.ledger.listEpisodes(1)
  expect(episode?.disposition).toMatchObject({
    reason: 'parameters-invalid',
    detail: expect.stringMatching(why),
  })
  const deps = { ...world, containers: world.engine, ledger: world.ledger }
  const planned = await plan(deps, { labels: alertOn('web', 'odd'), annotations: {} }, new AbortController().signal)
  expect(planned).toMatchObject({ decision: 'no-route', runbook: 'tunable', detail: expect.stringMatching(why) })
})

test('an incident whose parameters do not fit any more is given up, and says which', async () => {
  const world = worldWith([aRoute({ mode: 'advise', parameters: { act: true } })], [])
  const web = world.add('web')
  world.engine.crash(web)
  await world.fire(alertOn('web', 'odd'))
  await world.untilState(web, 'awaiting_approval')
  world.settings = { ...world.settings, routes: [aRoute({ parameters: { act: 'yes' } })] }
  await world.restart()
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ reason: 'runbook-broken' })
  expect(world.timeline(web).at(-1)?.text).toContain('runbook tunable with what it does not take: parameter act')
})

test("a route's target is what is healed, whatever else the alert names", async () => {
  const world = worldWith([
    aRoute({ runbook: 'container-down', target: parseLabelTemplate('local/{{ .labels.stack }}/{{ .labels.app }}') }),
  ])
  const [web, shop] = [world.add('web'), world.add('shop')]
  for (const lineage of [web, shop]) world.engine.crash(lineage)
  await world.fire(alertOn('web', 'odd', { stack: 'shop', app: 'shop' }))
  await world.untilState(shop, 'ended')
  expect(world.find(web)).toBeUndefined()
})
