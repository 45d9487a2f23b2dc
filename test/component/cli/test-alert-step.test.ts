import { describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Subject } from '../../../src/alertmanager-config/context.ts'
import { lintAlertmanager } from '../../../src/alertmanager-config/lint.ts'
import { createSteps, formatStep, StepFailed, type Tell } from '../../../src/cli/setup/step.ts'
import { testAlertStep } from '../../../src/cli/setup/test-alert-step.ts'
import { buildTestAlert } from '../../../src/cli/setup/test-labels.ts'
import { aServer } from './capture.ts'

const config = `
route:
  receiver: people
  group_by: [service]
  routes:
    - { matchers: ['symptom=~"down|x"', 'alertname=~"Service.*"'], receiver: heal, continue: true, group_wait: 0s }
    - { matchers: ['symptom="down"'], receiver: people, group_wait: 3m }
receivers:
  - { name: heal, webhook_configs: [{ url: 'http://selfheal/api/v1/alerts' }] }
  - { name: people, webhook_configs: [{ url: 'http://people/' }] }
`

const subjectOf = (change: (value: ReturnType<typeof parse>) => void = () => {}): Subject => {
  const value = parse(config)
  change(value)
  const { subject } = lintAlertmanager('a.yml', stringify(value), {
    ...{ externalUrl: null, receiver: 'heal', needsToken: null, cooldownMs: 0, reopenWithinMs: 900_000 },
    ...{ copyLabels: [], targetLabels: [], version: null },
  })
  if (subject === null) throw new Error('no routes')
  return subject
}

const idle = { target: null, decision: 'no-route', verdicts: [], alerts: [] }

const stepOf = async (subject: Subject, answer: object, over: { mayNotifyPeople?: boolean } = {}) => {
  const selfheal = await aServer(200, JSON.stringify(answer))
  const alertmanager = await aServer(200, '{}')
  const steps = createSteps(() => {})
  await steps.run(
    testAlertStep({
      name: 'test',
      endpoint: { url: alertmanager.url, credentials: { kind: 'none' }, timeoutMs: 5000 },
      subject,
      server: { url: selfheal.url, token: undefined },
      mark: 'm1',
      mayNotifyPeople: false,
      patienceMs: 0,
      ...over,
    }),
  )
  return { results: steps.results, posted: alertmanager.asked.map(({ body }) => JSON.parse(body)[0]) }
}

describe('the test alert', () => {
  it('takes the way of what selfheal heals, and names nothing', () => {
    expect(buildTestAlert(subjectOf(), 'm1')).toEqual({
      labels: {
        alertname: 'Service',
        selfheal_setup_test: 'm1',
        selfheal_target: 'selfheal-setup-test/none/m1',
        symptom: 'down',
      },
      groupWaitMs: 0,
      others: [{ receiver: 'people', groupWaitMs: 180_000 }],
    })
  })

  it('is seen, and resolved then', async () => {
    const seen = { ...idle, alerts: [{ labels: { selfheal_setup_test: 'm1' } }] }
    const { results, posted } = await stepOf(subjectOf(), seen)
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'ok'])
    expect(posted).toHaveLength(2)
    expect(posted[1].labels).toEqual(posted[0].labels)
    expect(posted[1].startsAt).toBe(posted[0].startsAt)
    expect(Date.parse(posted[0].endsAt)).toBeGreaterThan(Date.now())
    expect(Date.parse(posted[1].endsAt)).toBeLessThanOrEqual(Date.now())
  })

  it('that does not come is a fault, and resolved all the same', async () => {
    const { results, posted } = await stepOf(subjectOf(), idle)
    expect(results).toMatchObject([
      { outcome: 'ok' },
      { outcome: 'fault', found: expect.stringContaining('nothing came') },
    ])
    expect(Date.parse(posted.at(-1).endsAt)).toBeLessThanOrEqual(Date.now())
  })

  it.each([
    ['has a target', { ...idle, target: 'local/shop/web' }],
    ['would act', { ...idle, decision: 'act' }],
    ['cannot tell', { ...idle, decision: 'refuse', verdicts: [{ reason: 'cannot-tell' }] }],
    ['is something else', []],
  ])('is not posted where the plan of selfheal %s', async (_, plan) => {
    const { results, posted } = await stepOf(subjectOf(), plan)
    expect(results).toMatchObject([{ outcome: 'skipped' }])
    expect(posted).toEqual([])
  })

  it('is not posted where people would be told of it, unless that is asked for', async () => {
    const subject = subjectOf((value) => {
      value.route.routes[0].group_wait = '10s'
      value.route.routes[1].group_wait = '5s'
    })
    const { results, posted } = await stepOf(subject, idle)
    expect(results).toMatchObject([{ outcome: 'skipped', found: expect.stringContaining('"people" would be told') }])
    expect(posted).toEqual([])
    const seen = { ...idle, alerts: [{ labels: { selfheal_setup_test: 'm1' } }] }
    expect((await stepOf(subject, seen, { mayNotifyPeople: true })).posted).toHaveLength(2)
  })

  it('is not posted where no route leads to selfheal', async () => {
    const { results, posted } = await stepOf(
      subjectOf((value) => value.route.routes.shift()),
      idle,
    )
    expect(results).toMatchObject([{ outcome: 'skipped' }])
    expect(posted).toEqual([])
  })
})

describe('the steps of check setup', () => {
  it('go on after one that fails, or takes too long, and tell what to do', async () => {
    const told: string[] = []
    const steps = createSteps((result) => told.push(formatStep(result)))
    const spec = { name: 'one', timeoutMs: 5000, hint: 'this and that' }
    const fail = async () => {
      throw new StepFailed('nothing there')
    }
    const workWell = async (tell: Tell) => {
      tell('ok', 'well')
      return 5
    }
    expect(await steps.run({ ...spec, work: fail })).toBeUndefined()
    expect(await steps.run({ ...spec, timeoutMs: 1, work: () => new Promise<void>(() => {}) })).toBeUndefined()
    expect(await steps.run({ ...spec, work: workWell })).toBe(5)
    expect(told).toEqual([
      'fault    one: nothing there; expected this and that',
      'fault    one: no answer within 1 ms; expected this and that',
      'ok       one: well',
    ])
  })

  it('do not hide a mistake of ours', async () => {
    const work = async () => {
      throw new TypeError('oops')
    }
    const failing = createSteps(() => {}).run({ name: 'one', timeoutMs: 1000, hint: '', work })
    await expect(failing).rejects.toThrow('oops')
  })
})
