import { describe, expect, test } from 'vitest'
import { parseLabelTemplate } from '../../../src/alert/label-template.ts'
import type { Runbook } from '../../../src/authoring/index.ts'
import type { Route, ShippedRoute } from '../../../src/config/settings.ts'
import { limitsFor, route } from '../../../src/remediation/routing/route.ts'
import { settings } from '../../support/engine-world.ts'
import { InProcessRunbooks } from '../../support/in-process-runbooks.ts'
import { containerDown, errors, unresponsive } from '../../support/test-runbooks.ts'

const loaded = new InProcessRunbooks([
  errors,
  unresponsive,
  containerDown,
  { ...errors, name: 'more-errors' },
] as Runbook[]).list()

const aRoute = (changes: Partial<Route>): Route => ({
  match: ['service="web"'],
  runbook: null,
  mode: null,
  budgets: null,
  cooldownMs: null,
  ...changes,
})

const routed = (
  labels: Readonly<Record<string, string>>,
  routes: readonly Route[] = [],
  shipped: readonly ShippedRoute[] = [],
) => route(labels, loaded, { ...settings, routes, shippedRoutes: shipped })

/** The way as it is shown: each step with what it sets. */
const wayOf = (...args: Parameters<typeof routed>) => routed(...args).way.map(({ route, sets }) => [route, sets])

test("without a route a runbook's own matchers decide, the first of equals by name", () => {
  expect(routed({ symptom: 'down' }).runbook?.name).toBe('container-down')
  expect(routed({ symptom: 'errors' }).runbook?.name).toBe('errors')
  expect(routed({ symptom: 'odd' })).toMatchObject({ runbook: null, reason: 'no-route' })
})

test('of several runbooks that match the most urgent is taken', () => {
  const all = loaded.map((runbook) => ({ ...runbook, match: ['service="web"'] }))
  expect(route({ service: 'web' }, all, settings).runbook?.name).toBe('container-down')
})

test('selfheal_runbook chooses among the runbooks that match, and no other', () => {
  expect(routed({ symptom: 'errors', selfheal_runbook: 'more-errors' }).runbook?.name).toBe('more-errors')
  expect(routed({ symptom: 'errors', selfheal_runbook: '' }).runbook?.name).toBe('errors')
  expect(routed({ symptom: 'errors', selfheal_runbook: 'container-down' }).runbook).toBeNull()
})

test('the first route whose matchers hold decides; one without a runbook leaves that to the runbooks', () => {
  const routes = [aRoute({ runbook: 'unresponsive' }), aRoute({ runbook: 'container-down' })]
  expect(routed({ service: 'web', symptom: 'errors' }, routes).runbook?.name).toBe('unresponsive')
  expect(routed({ service: 'shop', symptom: 'errors' }, routes).runbook?.name).toBe('errors')
  expect(routed({ service: 'web', symptom: 'errors' }, [aRoute({})]).runbook?.name).toBe('errors')
  expect(routed({ service: 'web', symptom: 'errors' }, [aRoute({ runbook: 'gone' })]).runbook).toBeNull()
})

test('what is told to people is never routed, whatever a route says', () => {
  for (const origin of ['escalation', 'self']) {
    expect(routed({ service: 'web', selfheal_origin: origin }, [aRoute({ runbook: 'errors' })])).toMatchObject({
      runbook: null,
      reason: 'own-alert',
    })
  }
  expect(routed({ symptom: 'down', selfheal_origin: 'engine' }).runbook?.name).toBe('container-down')
})

test("limits are the route's, else the runbook's, else the global ones", () => {
  const [anErrors, , aDown] = loaded
  if (anErrors === undefined || aDown === undefined) throw new Error('not loaded')
  const hour = 3_600_000
  expect(limitsFor(anErrors, {}, settings)).toEqual({ mode: 'auto', budgets: settings.budgets, cooldownMs: 120_000 })
  expect(limitsFor(aDown, {}, { ...settings, mode: 'advise', cooldownMs: 1 })).toEqual({
    mode: 'advise',
    budgets: [
      { count: 3, windowMs: hour },
      { count: 7, windowMs: 24 * hour },
    ],
    cooldownMs: 120_000,
  })
  const budgets = [{ count: 1, windowMs: hour }]
  const routes = [aRoute({ mode: 'observe', budgets, cooldownMs: 7 })]
  expect(limitsFor(aDown, { service: 'web' }, { ...settings, routes })).toEqual({
    mode: 'observe',
    budgets,
    cooldownMs: 7,
  })
})

test('a route to a runbook that is not loaded says so', () => {
  const routes = [aRoute({ runbook: 'no-such' })]
  expect(routed({ service: 'web', symptom: 'down' }, routes)).toMatchObject({
    reason: 'no-route',
    detail: 'the route names the runbook "no-such", which is not loaded',
  })
})

test('of equally urgent runbooks the one with more matchers is taken, however they are written, then the first by name', () => {
  const [some] = loaded
  if (some === undefined) throw new Error('not loaded')
  const candidates = [
    { ...some, name: 'broad', match: ['symptom="errors"'] },
    { ...some, name: 'narrow-z', match: ['{symptom="errors",service="web"}'] },
    { ...some, name: 'narrow-b', match: ['symptom="errors"', 'service!=""'] },
  ]
  const chosen = (all: typeof candidates) => route({ symptom: 'errors', service: 'web' }, all, settings).runbook?.name
  expect(chosen(candidates)).toBe('narrow-b')
  expect(chosen([...candidates].reverse())).toBe('narrow-b')
  expect(chosen(candidates.slice(0, 2))).toBe('narrow-z')
  const urgent = { ...some, name: 'urgent', urgency: 'down' as const, match: ['symptom="errors"'] }
  expect(chosen([...candidates, urgent])).toBe('urgent')
})

describe('nested routes', () => {
  const budgets = [{ count: 1, windowMs: 3_600_000 }]
  const tree: readonly Route[] = [
    aRoute({
      match: ['team="shop"'],
      mode: 'advise',
      cooldownMs: 60_000,
      target: parseLabelTemplate('{{ .labels.app }}'),
      parameters: { patience: 5, force: false },
      routes: [
        aRoute({ match: ['severity="critical"'], runbook: 'unresponsive', parameters: { patience: 1 } }),
        aRoute({
          match: ['severity=~".+"'],
          budgets,
          routes: [aRoute({ match: ['tier="db"'], mode: 'observe', runbook: 'errors' })],
        }),
        aRoute({ match: ['severity="info"'], runbook: 'errors' }),
      ],
    }),
    aRoute({ match: ['team=~"shop|blog"'], runbook: 'container-down', mode: 'observe' }),
  ]

  test('are followed depth first, and what a child does not set it inherits, parameters by name', () => {
    expect(routed({ team: 'shop', severity: 'critical' }, tree)).toMatchObject({
      runbook: { name: 'unresponsive' },
      limits: { mode: 'advise', budgets: settings.budgets, cooldownMs: 60_000 },
      target: { text: '{{ .labels.app }}' },
      parameters: { patience: 1, force: false },
    })
    expect(routed({ team: 'shop', severity: 'warning', tier: 'db' }, tree)).toMatchObject({
      runbook: { name: 'errors' },
      limits: { mode: 'observe', budgets, cooldownMs: 60_000 },
      parameters: { patience: 5, force: false },
    })
    expect(routed({ team: 'blog' }, tree)).toMatchObject({
      runbook: { name: 'container-down' },
      limits: { mode: 'observe' },
      target: null,
      parameters: {},
    })
  })

  test('are not left again: a route that holds keeps the alert, although a later one would name a runbook', () => {
    expect(routed({ team: 'shop' }, tree)).toMatchObject({ runbook: null, reason: 'no-route' })
    expect(routed({ team: 'shop', severity: 'info' }, tree).runbook).toBeNull()
    expect(routed({ team: 'shop', symptom: 'down' }, tree)).toMatchObject({
      runbook: { name: 'container-down' },
      limits: { mode: 'advise' },
    })
  })

  test('tell the way that was taken, and what each step sets', () => {
    expect(wayOf({ team: 'shop', severity: 'warning', tier: 'db' }, tree)).toEqual([
      [
        'routes[0]',
        {
          mode: 'advise',
          cooldown: '1m',
          target: '{{ .labels.app }}',
          parameters: { patience: 5, force: false },
        },
      ],
      ['routes[0].routes[1]', { budgets: ['1/1h'] }],
      ['routes[0].routes[1].routes[0]', { runbook: 'errors', mode: 'observe' }],
    ])
    expect(wayOf({ team: 'shop', symptom: 'down' }, tree).map(([step]) => step)).toEqual([
      'routes[0]',
      'runbook: container-down',
    ])
    expect(routed({ team: 'blog' }, tree).way.map(({ match }) => match)).toEqual([['team=~"shop|blog"']])
    expect(wayOf({ team: 'none' }, tree)).toEqual([])
  })

  test('bind limits in the same way', () => {
    const [anErrors] = loaded
    if (anErrors === undefined) throw new Error('not loaded')
    expect(limitsFor(anErrors, { team: 'shop', severity: 'x', tier: 'db' }, { ...settings, routes: tree })).toEqual({
      mode: 'observe',
      budgets,
      cooldownMs: 60_000,
    })
  })
})

describe('routes that ship', () => {
  const shipped: readonly ShippedRoute[] = [
    { name: 'Lost', match: ['alertname="Gone"'], runbook: 'not-loaded' },
    {
      name: 'Gone',
      match: ['alertname="Gone"'],
      runbook: 'container-down',
      target: parseLabelTemplate('{{ .labels.container_name }}'),
    },
  ]

  test('are asked where neither a route nor a runbook takes an alert, and never name a runbook that is not loaded', () => {
    expect(routed({ alertname: 'Gone' }, [], shipped)).toMatchObject({
      runbook: { name: 'container-down' },
      target: { text: '{{ .labels.container_name }}' },
      way: [{ route: 'shipped: Gone', match: ['alertname="Gone"'] }],
    })
    expect(routed({ alertname: 'Gone' }, [], shipped.slice(0, 1)).runbook).toBeNull()
    expect(routed({ alertname: 'Gone' }).runbook).toBeNull()
  })

  test('come after what was configured, and after what a runbook matches by itself', () => {
    const own = [aRoute({ match: ['alertname="Gone"'], runbook: 'errors' })]
    expect(routed({ alertname: 'Gone' }, own, shipped)).toMatchObject({ runbook: { name: 'errors' }, target: null })
    expect(routed({ alertname: 'Gone', symptom: 'unresponsive' }, [], shipped)).toMatchObject({
      runbook: { name: 'unresponsive' },
      target: null,
    })
  })

  test("leave limits, target and parameters to the configuration's routes", () => {
    const own = [
      aRoute({ match: ['team="a"'], mode: 'observe', target: parseLabelTemplate('web'), parameters: { patience: 1 } }),
    ]
    expect(routed({ alertname: 'Gone', team: 'a' }, own, shipped)).toMatchObject({
      runbook: { name: 'container-down' },
      limits: { mode: 'observe' },
      target: { text: 'web' },
      parameters: { patience: 1 },
      way: [{ route: 'routes[0]' }, { route: 'shipped: Gone' }],
    })
  })

  test('do not go against what the alert itself asks for', () => {
    expect(routed({ alertname: 'Gone', selfheal_runbook: 'errors' }, [], shipped).runbook).toBeNull()
    expect(routed({ alertname: 'Gone', selfheal_runbook: 'container-down' }, [], shipped).runbook).not.toBeNull()
  })

  test('do not route what is told to people', () => {
    expect(routed({ alertname: 'Gone', selfheal_origin: 'self' }, [], shipped)).toMatchObject({ reason: 'own-alert' })
  })
})
