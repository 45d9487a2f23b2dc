import { describe, expect, it } from 'vitest'
import { isSettled, judge, quietMs } from '../../../demo/judge.ts'
import type { Observation } from '../../../demo/observation.ts'
import { faultNamed, handedOver, healed, probesOf, t0, withIncident } from './story.ts'

const done = { state: 'done', proof: 'not_recovered' } as const

describe('the judge of a recovery', () => {
  it('accepts a service that answers again and whose recovery was proven', () => {
    expect(judge(healed)).toEqual({
      name: 'exit',
      target: 'local/selfheal-demo/stock',
      expected: 'recovered',
      injectedAt: t0,
      detectedAt: t0 + 19_000,
      actedAt: t0 + 21_000,
      answeredAt: t0 + 22_000,
      recoveredAt: t0 + 55_000,
      escalatedAt: null,
      pages: 0,
      isOk: true,
      problems: [],
    })
  })

  const wrong: readonly [string, Observation, RegExp][] = [
    ['a claim while the service is silent', { ...healed, probes: probesOf(0, 65, false) }, /does not answer/],
    [
      'a service that fell silent again after the claim',
      { ...healed, probes: [...healed.probes, { at: t0 + 65_000, isAnswered: false }] },
      /does not answer/,
    ],
    ['a last answer that is too old to speak of now', { ...healed, watchedUntil: t0 + 90_000 }, /does not answer/],
    [
      'a claim that came before the service answered',
      { ...healed, probes: [...probesOf(0, 60, false), ...probesOf(61, 65, true)] },
      /before the service answered/,
    ],
    ['a fault that never struck', { ...healed, probes: probesOf(0, 65, true) }, /did not strike/],
    ['an alert that only resolved', withIncident(healed, { outcome: 'resolved' }), /ended, resolved, not recovered/],
    ['an incident that goes on', withIncident(healed, { state: 'verifying', outcome: null }), /verifying/],
    ['a recovery without an attempt', { ...withIncident(healed, { attempts: [] }), starts: [] }, /0 attempts/],
    [
      'a recovery without a proof',
      withIncident(healed, { attempts: [done] }),
      /no attempt of the incident has a proof/,
    ],
    [
      'more attempts than the ladder has rungs',
      {
        ...withIncident(healed, { attempts: [done, done, { state: 'done', proof: 'recovered' }] }),
        starts: [t0 + 21_000, t0 + 22_000, t0 + 23_000],
      },
      /3 attempts, where the ladder has 2 rungs/,
    ],
    [
      'a process that ended by itself, where the fault is a hang',
      {
        ...withIncident(healed, {
          timeline: [{ seq: 1, at: t0 + 20_000, kind: 'attempt-reserved', text: 'attempt 1' }],
        }),
        fault: faultNamed('hang'),
        ends: [t0 + 5_000, t0 + 20_500],
      },
      /ended by itself/,
    ],
    [
      'a hang that took a rung which does not apply to it',
      {
        ...withIncident(healed, { attempts: [done, { state: 'done', proof: 'recovered' }] }),
        fault: faultNamed('hang'),
        starts: [t0 + 21_000, t0 + 22_000],
      },
      /2 attempts, where the ladder has 1 rungs/,
    ],
    [
      'a start that selfheal does not account for',
      { ...healed, starts: [t0 + 21_000, t0 + 30_000] },
      /started the container 2/,
    ],
    ['an attempt that Docker knows nothing of', { ...healed, starts: [] }, /started the container 0/],
    ['no alert', { ...healed, alert: null }, /no alert/],
    ['no incident', { ...healed, incidents: [] }, /no incident/],
    ['a second incident', { ...healed, incidents: [...healed.incidents, ...healed.incidents] }, /2 incidents/],
  ]
  it.each(wrong)('refuses %s', (_, story, problem) => {
    const verdict = judge(story)
    expect(verdict.isOk).toBe(false)
    expect(verdict.problems.join('; ')).toMatch(problem)
  })

  it('accepts that the process of a hang ends when it is restarted', () => {
    const timeline = [{ seq: 1, at: t0 + 20_000, kind: 'attempt-reserved', text: 'attempt 1' }]
    const story = { ...withIncident(healed, { timeline }), fault: faultNamed('hang'), ends: [t0 + 20_500] }
    expect(judge(story)).toMatchObject({ name: 'hang', isOk: true, problems: [] })
  })

  it('calls nothing recovered that does not answer, whatever is claimed', () => {
    expect(judge({ ...healed, probes: probesOf(0, 65, false) }).recoveredAt).toBeNull()
  })

  it('finds nothing recovered where healing is off', () => {
    const story = {
      ...withIncident(healed, { outcome: 'advised', attempts: [] }),
      probes: probesOf(0, 65, false),
      starts: [],
    }
    expect(judge(story)).toMatchObject({ isOk: false, actedAt: null, recoveredAt: null, escalatedAt: null })
  })
})

describe('the judge of an escalation', () => {
  it('accepts a ladder that was climbed once, told to people both ways, and followed by quiet', () => {
    expect(judge(handedOver)).toMatchObject({
      isOk: true,
      problems: [],
      actedAt: t0 + 21_000,
      answeredAt: null,
      recoveredAt: null,
      escalatedAt: t0 + 150_000,
    })
  })

  const third = t0 + 160_000
  const wrong: readonly [string, Observation, RegExp][] = [
    [
      'a third attempt',
      { ...withIncident(handedOver, { attempts: [done, done, done] }), starts: [...handedOver.starts, t0 + 120_000] },
      /3 attempts, where the ladder has 2 rungs/,
    ],
    [
      'an escalation with a rung left',
      { ...withIncident(handedOver, { attempts: [done] }), starts: [t0 + 21_000] },
      /1 attempts/,
    ],
    ['a start after the escalation', { ...handedOver, starts: [...handedOver.starts, third] }, /a loop/],
    ['an incident that goes on', withIncident(handedOver, { state: 'open', reason: null }), /not escalated/],
    [
      'an incident that says escalated without an event for it',
      withIncident(handedOver, { timeline: [] }),
      /not escalated/,
    ],
    ['no escalation in Alertmanager', { ...handedOver, escalationAlert: null }, /not active in Alertmanager/],
    [
      'an escalation that is gone from Alertmanager by now',
      { ...handedOver, escalationAlert: { firstAt: t0 + 150_000, lastAt: t0 + 160_000 } },
      /not active in Alertmanager/,
    ],
    ['a pager that got nothing from selfheal', { ...handedOver, escalationReceivedAt: null }, /the pager did not get/],
    [
      'too short a watch afterwards',
      { ...handedOver, watchedUntil: t0 + 150_000 + quietMs - 1_000 },
      /watched for only 44 s/,
    ],
    [
      'a service that answers although nothing can cure it',
      { ...handedOver, probes: [...handedOver.probes, { at: handedOver.watchedUntil, isAnswered: true }] },
      /nothing can have cured it/,
    ],
    [
      'a recovery that is claimed',
      withIncident(handedOver, { state: 'ended', outcome: 'recovered', endedAt: t0 + 180_000 }),
      /ended, recovered, not escalated/,
    ],
  ]
  it.each(wrong)('refuses %s', (_, story, problem) => {
    const verdict = judge(story)
    expect(verdict.isOk).toBe(false)
    expect(verdict.problems.join('; ')).toMatch(problem)
  })
})

describe('the end of a story', () => {
  it('is reached when a recovery has held for a moment, or an escalation for the whole quiet period', () => {
    expect(isSettled(healed, true)).toBe(true)
    expect(isSettled({ ...healed, watchedUntil: t0 + 56_000 }, true)).toBe(false)
    expect(isSettled(handedOver, true)).toBe(true)
    expect(isSettled({ ...handedOver, watchedUntil: t0 + 150_000 + quietMs - 1 }, true)).toBe(false)
  })

  it('is not reached while the service is silent or the incident goes on', () => {
    expect(isSettled({ ...healed, probes: probesOf(0, 65, false) }, true)).toBe(false)
    expect(isSettled(withIncident(healed, { state: 'verifying', outcome: null }), true)).toBe(false)
    expect(isSettled(withIncident(handedOver, { state: 'verifying' }), true)).toBe(false)
  })

  it('is reached with healing off when the alert has stood for the quiet period', () => {
    const story = { ...healed, incidents: [], watchedUntil: t0 + 19_000 + quietMs }
    expect(isSettled(story, false)).toBe(true)
    expect(isSettled({ ...story, watchedUntil: t0 + 19_000 + quietMs - 1 }, false)).toBe(false)
    expect(isSettled({ ...story, alert: null }, false)).toBe(false)
  })
})
