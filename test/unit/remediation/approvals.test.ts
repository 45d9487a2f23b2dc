import { expect, test } from 'vitest'
import type { Runbook } from '../../../src/authoring/index.ts'
import { defineRunbook, restart, running, Type } from '../../../src/authoring/index.ts'
import { createPauses } from '../../../src/remediation/people/pauses.ts'
import type { Decided } from '../../../src/remediation/people/person.ts'
import { alertOn, createWorld, type EngineWorld } from '../../support/engine-world.ts'
import { curedByStart, incurable } from '../../support/simulated-engine.ts'
import { containerDown } from '../../support/test-runbooks.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** `containerDown` without limits of its own. */
const restarting: Runbook = (({ limits: _, ...rest }) => rest)(containerDown as Runbook)

/** How it ended was not seen: a person is asked, in every mode. */
const crashUnseen = (world: EngineWorld, lineage: string): void => {
  world.engine.crash(lineage, curedByStart)
  for (const replica of world.engine.service(lineage).replicas) replica.exitCause = 'unknown'
}

const crashed = async (world: EngineWorld, fault = curedByStart): Promise<string> => {
  const web = world.add('web')
  world.engine.crash(web, fault)
  await world.fire(alertOn('web'))
  return web
}

/** An incident that waits for a person. */
const asked = async (world: EngineWorld, fault = curedByStart): Promise<string> => {
  const web = await crashed(world, fault)
  await world.untilState(web, 'awaiting_approval')
  return web
}

const proposalOf = (world: EngineWorld, lineage: string): string => {
  const { proposal } = world.incident(lineage)
  if (proposal === null) throw new Error(`nothing is proposed\n${world.story()}`)
  return proposal.id
}

type Said = {
  readonly proposal?: string
  readonly by?: string
  readonly comment?: string
  readonly isOverBudget?: boolean
}

const approve = (world: EngineWorld, lineage: string, said: Said = {}): Decided =>
  world.people.approve(world.incident(lineage).id, {
    by: said.by ?? 'alice',
    comment: said.comment ?? '',
    proposal: said.proposal ?? proposalOf(world, lineage),
    isOverBudget: said.isOverBudget ?? false,
  })

const reject = (world: EngineWorld, lineage: string, said: Said = {}): Decided =>
  world.people.reject(world.incident(lineage).id, {
    by: said.by ?? 'alice',
    comment: said.comment ?? '',
    proposal: said.proposal ?? proposalOf(world, lineage),
  })

const codeOf = (decided: Decided): string => (decided.ok ? 'ok' : decided.code)

test('in advise mode an approved proposal is done and proven', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  await world.run(10 * minuteMs)
  expect(world.engine.performed).toEqual([])
  const proposal = proposalOf(world, web)
  expect(codeOf(approve(world, web, { comment: 'go on' }))).toBe('ok')
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'recovered', proposal: null })
  expect(world.engine.performed.length).toBe(1)
  expect(world.timeline(web).find(({ kind }) => kind === 'approved')).toMatchObject({
    text: 'approved by alice: start shop-web-1 (go on)',
    data: { proposal, by: 'alice', comment: 'go on', overBudget: false },
  })
  const [attempt] = world.attempts(web)
  expect(attempt?.verdicts.find(({ guard }) => guard === 'mode')).toMatchObject({
    verdict: 'allow',
    reason: null,
    detail: 'approved by alice: mode is advise',
  })
})

test('an approval is for one rung: the next one is asked about again', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world, incurable)
  approve(world, web)
  await world.untilState(web, 'verifying')
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web).proposal).toMatchObject({ rung: 1 })
  expect(world.attempts(web).length).toBe(1)
  await world.run(30 * minuteMs)
  expect(world.attempts(web).length).toBe(1)
})

test('of two people who decide at once the first one counts', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  const proposal = proposalOf(world, web)
  expect(codeOf(approve(world, web, { proposal, by: 'alice' }))).toBe('ok')
  const second = reject(world, web, { proposal, by: 'bob' })
  expect(second).toMatchObject({
    ok: false,
    code: 'already-decided',
    detail: expect.stringContaining('approved by alice'),
  })
  expect(codeOf(approve(world, web, { proposal, by: 'alice' }))).toBe('already-decided')
  await world.untilState(web, 'ended')
  expect(codeOf(approve(world, web, { proposal }))).toBe('already-decided')
  expect(world.engine.performed.length).toBe(1)
  expect(world.kinds(web).filter((kind) => kind === 'approved' || kind === 'rejected')).toEqual(['approved'])
})

test('a rejected proposal that was only advised ends the incident, and nobody else is told', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  const proposal = proposalOf(world, web)
  expect(codeOf(reject(world, web, { comment: 'not now' }))).toBe('ok')
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'advised', reason: 'rejected' })
  expect(codeOf(approve(world, web, { proposal, by: 'bob' }))).toBe('already-decided')
  world.repeat(alertOn('web'), 5 * minuteMs)
  await world.run(2 * hourMs)
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()).toEqual([])
  expect(world.incident(web).id).toBe(1)
})

test('a second rung that is rejected after the first one was done closes the incident', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world, incurable)
  approve(world, web)
  await world.untilState(web, 'verifying')
  await world.untilState(web, 'awaiting_approval')
  reject(world, web)
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'closed', reason: 'rejected' })
})

test('what is rejected in auto mode escalates, with who rejected it', async () => {
  const world = createWorld()
  const web = world.add('web')
  crashUnseen(world, web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  expect(world.incident(web).reason).toBe('cannot-tell')
  expect(codeOf(reject(world, web, { by: 'bob', comment: 'I look myself' }))).toBe('ok')
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('rejected')
  expect(world.timeline(web).find(({ kind }) => kind === 'escalated')?.text).toContain('rejected by bob')
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries().length).toBe(2)
})

test('an approval that comes at the instant of the expiry, or later, is too late', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  const { until, id } = world.incident(web)
  const proposal = proposalOf(world, web)
  await world.run((until ?? 0) - world.clock.now() - 1)
  expect(world.incident(web).state).toBe('awaiting_approval')
  const word = { by: 'alice', comment: '', proposal, isOverBudget: false }
  world.clock.jump(1)
  expect(world.people.approve(id, word)).toMatchObject({ ok: false, code: 'expired' })
  expect(world.people.reject(id, word)).toMatchObject({ ok: false, code: 'expired' })
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'advised', reason: 'approval-expired' })
  expect(codeOf(world.people.approve(id, word))).toBe('expired')
  await world.run(hourMs)
  expect(world.engine.performed).toEqual([])
  expect(world.deliveries()).toEqual([])
})

test('an approval one millisecond before the expiry counts', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  await world.run((world.incident(web).until ?? 0) - world.clock.now() - 1)
  expect(codeOf(approve(world, web))).toBe('ok')
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('what nobody approves in auto mode escalates, and a late approval is refused', async () => {
  const world = createWorld()
  const web = world.add('web')
  crashUnseen(world, web)
  await world.fire(alertOn('web'))
  await world.untilState(web, 'awaiting_approval')
  const proposal = proposalOf(world, web)
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('approval-expired')
  expect(codeOf(approve(world, web, { proposal }))).toBe('expired')
  expect(codeOf(approve(world, web, { proposal, isOverBudget: true }))).toBe('expired')
  await world.run(hourMs)
  expect(world.engine.performed).toEqual([])
})

test('a target that has changed since is not acted on: the new proposal waits for a word of its own', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world, incurable)
  const first = proposalOf(world, web)
  world.engine.recreate(web)
  world.engine.crash(web, incurable)
  expect(codeOf(approve(world, web, { proposal: first }))).toBe('ok')
  await world.untilState(web, 'awaiting_approval')
  expect(world.engine.performed).toEqual([])
  expect(world.timeline(web).find(({ kind }) => kind === 'approval-superseded')?.data).toEqual({ proposal: first })
  expect(proposalOf(world, web)).not.toBe(first)
  expect(world.incident(web).proposal?.approval).toBeUndefined()
})

test('a proposal that a more urgent runbook has replaced cannot be approved', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.metrics.answer = () => [{ labels: {}, value: 1, at: world.clock.now() }]
  await world.fire(alertOn('web', 'errors'))
  await world.untilState(web, 'awaiting_approval')
  const first = proposalOf(world, web)
  world.engine.crash(web, incurable)
  await world.fire(alertOn('web', 'down'))
  await world.until(
    'the other proposal',
    () => world.incident(web).runbook === 'container-down' && world.incident(web).state === 'awaiting_approval',
  )
  expect(codeOf(approve(world, web, { proposal: first }))).toBe('superseded')
  await world.run(minuteMs)
  expect(world.engine.performed).toEqual([])
  expect(codeOf(approve(world, web))).toBe('ok')
})

test('a proposal that never was is not decided upon', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  expect(codeOf(approve(world, web, { proposal: 'another' }))).toBe('superseded')
  const word = { by: 'alice', comment: '', proposal: 'another', isOverBudget: false }
  expect(codeOf(world.people.approve(99, word))).toBe('not-found')
  world.engine.startByPerson(web)
  await world.resolve(alertOn('web'))
  const proposal = proposalOf(world, web)
  await world.untilState(web, 'ended')
  expect(codeOf(approve(world, web, { proposal }))).toBe('not-awaiting')
})

test.each([
  [
    'paused by a person',
    'paused-container',
    (world: EngineWorld, web: string) => {
      for (const replica of world.engine.service(web).replicas) replica.state = 'paused'
    },
  ],
  ['stopped by a person', 'stopped-by-person', (world: EngineWorld, web: string) => world.engine.stopByPerson(web)],
])('an approval does not touch what was %s meanwhile', async (_, reason, change) => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'awaiting_approval')
  change(world, web)
  approve(world, web)
  await world.run(minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'open', reason })
  expect(world.engine.performed).toEqual([])
})

test('an approval does not touch what lost its opt-in meanwhile, and keeps for as long as it holds', async () => {
  const world = createWorld({ settings: { mode: 'advise', approvalTimeoutMs: hourMs } })
  const web = await asked(world)
  world.engine.service(web).isOptedIn = false
  approve(world, web)
  await world.run(10 * minuteMs)
  expect(world.incident(web)).toMatchObject({
    state: 'open',
    reason: 'not-opted-in',
    proposal: { approval: { by: 'alice' } },
  })
  expect(world.engine.performed).toEqual([])
  world.engine.service(web).isOptedIn = true
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('an approval that could not be used in time is asked for again', async () => {
  const world = createWorld({ settings: { mode: 'advise', approvalTimeoutMs: hourMs } })
  const web = await asked(world)
  world.engine.service(web).isOptedIn = false
  approve(world, web)
  await world.run(hourMs + minuteMs)
  world.engine.service(web).isOptedIn = true
  await world.untilState(web, 'awaiting_approval')
  expect(world.kinds(web)).toContain('approval-superseded')
  expect(world.engine.performed).toEqual([])
})

test('an approval waits for the cooldown, and with an approval over budget nothing waits', async () => {
  for (const isOverBudget of [false, true]) {
    const world = createWorld({ settings: { mode: 'advise', cooldownMs: 10 * minuteMs }, runbooks: [restarting] })
    const web = await asked(world)
    approve(world, web)
    await world.untilState(web, 'ended')
    const settledAt = world.attempts(web)[0]?.settledAt ?? 0
    await world.resolve(alertOn('web'))
    world.engine.crash(web, curedByStart)
    await world.fire(alertOn('web'), world.clock.now() + 1)
    await world.untilState(web, 'awaiting_approval')
    const at = world.clock.now()
    approve(world, web, { isOverBudget })
    await world.untilState(web, 'ended')
    expect(world.attempts(web)[1]?.reservedAt).toBe(isOverBudget ? at : settledAt + 10 * minuteMs)
    world.close()
  }
})

test('only a person can pass the budget, for one attempt, which counts as any other', async () => {
  const world = createWorld({
    settings: { budgets: [{ count: 1, windowMs: hourMs }], cooldownMs: 0 },
    runbooks: [restarting],
  })
  const web = await crashed(world)
  await world.untilState(web, 'ended')
  await world.resolve(alertOn('web'))
  world.engine.crash(web, curedByStart)
  await world.fire(alertOn('web'), world.clock.now() + 1)
  await world.untilState(web, 'escalated')
  expect(world.incident(web)).toMatchObject({ reason: 'budget-exhausted', proposal: { rung: 0 } })
  expect(codeOf(approve(world, web))).toBe('not-awaiting')
  expect(codeOf(reject(world, web))).toBe('not-awaiting')
  expect(codeOf(approve(world, web, { by: 'bob', isOverBudget: true }))).toBe('ok')
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
  expect(world.attempts(web).length).toBe(2)
  expect(world.attempts(web)[1]?.verdicts.find(({ guard }) => guard === 'budget')).toMatchObject({
    verdict: 'allow',
    detail: expect.stringContaining('approved over budget by bob'),
  })
  await world.resolve(alertOn('web'))
  world.engine.crash(web, curedByStart)
  await world.fire(alertOn('web'), world.clock.now() + 1)
  await world.untilState(web, 'escalated')
  expect(world.incident(web).reason).toBe('budget-exhausted')
  expect(world.attempts(web).length).toBe(2)
})

test('an approval over budget passes nothing but budget and cooldown', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'awaiting_approval')
  world.engine.stopByPerson(web)
  approve(world, web, { isOverBudget: true })
  await world.run(10 * minuteMs)
  expect(world.engine.performed).toEqual([])
})

test('a plan that says something else at each look is not asked about for ever', async () => {
  let turn = 0
  const fickle = defineRunbook({
    name: 'fickle',
    urgency: 'down',
    summary: 'Something else at each look',
    meaning: 'What it means.',
    impact: 'Whom it hurts.',
    mitigation: 'What a person does.',
    match: ['symptom="down"'],
    labels: Type.Object({}),
    escalate: { severity: 'critical', summary: () => 'nobody knows' },
    ladder: [
      {
        name: 'restart',
        risk: 'low',
        plan: ({ target }) => {
          turn += 1
          return turn % 2 === 0 ? [restart(target)] : [restart(target), restart(target)]
        },
        verify: [running()],
        within: '60s',
        stableFor: '30s',
      },
    ],
  })
  const world = createWorld({
    settings: { mode: 'advise', approvalTimeoutMs: 24 * hourMs },
    runbooks: [fickle] as Runbook[],
  })
  const web = await asked(world, incurable)
  // The alert closes: the incident is looked at again and again from now on.
  await world.resolve(alertOn('web'))
  await world.untilState(web, 'ended')
  expect(world.incident(web)).toMatchObject({ outcome: 'advised', reason: 'target-changed' })
  expect(world.kinds(web).filter((kind) => kind === 'approval-asked').length).toBe(20)
})

test('what a person decides while the engine is looking is not overwritten by what it saw before', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = world.add('web')
  world.engine.hang(web)
  await world.fire(alertOn('web', 'unresponsive'))
  await world.untilState(web, 'awaiting_approval')
  const said: string[] = []
  world.probes.answer = () => {
    if (said.length === 0) said.push(codeOf(reject(world, web)))
    return { kind: 'status', status: 200 }
  }
  await world.resolve(alertOn('web', 'unresponsive'))
  await world.run(5 * minuteMs)
  expect(said).toEqual(['ok'])
  expect(world.incident(web)).toMatchObject({ state: 'ended', outcome: 'advised', reason: 'rejected' })
  expect(world.kinds(web).filter((kind) => kind === 'incident-ended').length).toBe(1)
  expect(world.lines.filter(({ level }) => level === 'error')).toEqual([])
})

test('an approval waits for the end of a silence', async () => {
  const world = createWorld({ settings: { mode: 'advise' }, reconciles: true })
  const down = alertOn('web')
  const web = await asked(world)
  world.alertmanager.hold(down)
  await world.run(minuteMs)
  world.alertmanager.hold(down, { state: 'suppressed' })
  await world.run(minuteMs)
  expect(codeOf(approve(world, web))).toBe('ok')
  await world.run(20 * minuteMs)
  expect(world.incident(web)).toMatchObject({ state: 'deferred', reason: 'silenced' })
  expect(world.engine.performed).toEqual([])
  world.alertmanager.hold(down, { state: 'active' })
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})

test('an approval waits for the end of a pause, and what is paused can be approved for as long as it waits', async () => {
  const world = createWorld({ settings: { mode: 'advise' } })
  const web = await asked(world)
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const pauses = createPauses(
    { ledger: world.ledger, clock: world.clock, log },
    { kick: (target) => world.kick(target) },
  )
  pauses.begin({ target: web, reason: 'deploy', by: 'ada', forMs: null })
  await world.run(2 * hourMs)
  expect(codeOf(approve(world, web))).toBe('ok')
  await world.run(30 * minuteMs)
  expect(world.incident(web)).toMatchObject({
    state: 'deferred',
    reason: 'paused',
    proposal: { approval: { by: 'alice' } },
  })
  expect(world.engine.performed).toEqual([])
  pauses.end({ target: web }, 'ada')
  await world.untilState(web, 'ended')
  expect(world.incident(web).outcome).toBe('recovered')
})
