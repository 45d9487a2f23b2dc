import { expect, test } from 'vitest'
import type { Runbook } from '../../../src/authoring/index.ts'
import type { Route } from '../../../src/config/settings.ts'
import { limitsFor, route } from '../../../src/remediation/route.ts'
import { settings } from '../../support/engine-world.ts'
import { InProcessRunbooks } from '../../support/in-process-runbooks.ts'
import { containerDown, errors, unresponsive } from '../../support/test-runbooks.ts'

const loaded = new InProcessRunbooks([
  errors,
  unresponsive,
  containerDown,
  { ...errors, name: 'also-errors' },
] as Runbook[]).list()

const aRoute = (changes: Partial<Route>): Route => ({
  match: ['service="web"'],
  runbook: null,
  mode: null,
  budgets: null,
  cooldownMs: null,
  ...changes,
})

const routed = (labels: Readonly<Record<string, string>>, routes: readonly Route[] = []) =>
  route(labels, loaded, { ...settings, routes })

test("without a route a runbook's own matchers decide, the first of equals", () => {
  expect(routed({ symptom: 'down' }).runbook?.name).toBe('container-down')
  expect(routed({ symptom: 'errors' }).runbook?.name).toBe('errors')
  expect(routed({ symptom: 'odd' })).toMatchObject({ runbook: null, reason: 'no-route' })
})

test('of several runbooks that match the most urgent is taken', () => {
  const all = loaded.map((runbook) => ({ ...runbook, match: ['service="web"'] }))
  expect(route({ service: 'web' }, all, settings).runbook?.name).toBe('container-down')
})

test('selfheal_runbook chooses among the runbooks that match, and no other', () => {
  expect(routed({ symptom: 'errors', selfheal_runbook: 'also-errors' }).runbook?.name).toBe('also-errors')
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
