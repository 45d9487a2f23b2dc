import { describe, expect, test } from 'vitest'
import { functionMark } from '../../../src/authoring/validate-mark.ts'
import { validateRunbook } from '../../../src/authoring/validate-runbook.ts'
import { formatPath } from '../../../src/authoring/validate-shape.ts'

const code = { [functionMark]: true }
const rung = {
  name: 'restart',
  risk: 'low',
  plan: code,
  verify: [{ kind: 'running' }],
  within: '60s',
  stableFor: '30s',
}
const good = {
  name: 'one',
  urgency: 'down',
  summary: 's',
  meaning: 'm',
  impact: 'i',
  mitigation: 'm',
  match: ['a="b"'],
  labels: { type: 'object', properties: {} },
  ladder: [rung],
  escalate: { severity: 'critical', summary: code },
}

const faultsOf = (value: unknown): readonly string[] => {
  const result = validateRunbook(value)
  return result.ok ? [] : result.faults.map(({ path }) => formatPath(path))
}

describe('validateRunbook', () => {
  test('reads durations as milliseconds and leaves out what is code', () => {
    expect(validateRunbook({ ...good, limits: { budgets: ['1/1d'], cooldown: '0s' } })).toEqual({
      ok: true,
      runbook: {
        name: 'one',
        urgency: 'down',
        summary: 's',
        meaning: 'm',
        impact: 'i',
        mitigation: 'm',
        match: ['a="b"'],
        labels: { type: 'object', properties: {} },
        budgets: ['1/1d'],
        parameters: null,
        cooldownMs: 0,
        ladder: [
          { name: 'restart', risk: 'low', verify: [{ kind: 'running' }], withinMs: 60_000, stableForMs: 30_000 },
        ],
        escalationSeverity: 'critical',
      },
    })
  })

  test('leaves limits that are not given to the configuration', () => {
    expect(validateRunbook(good)).toMatchObject({ ok: true, runbook: { budgets: null, cooldownMs: null } })
  })

  test('reports everything that is wrong at once', () => {
    const { impact: _, ...rest } = good
    const bad = {
      ...rest,
      name: '../one',
      urgency: 'panic',
      match: ['a="b"', 'nonsense'],
      ladder: [
        { ...rung, within: 'soon', verify: [] },
        { ...rung, plan: 'code', when: true },
      ],
      retries: 3,
    }
    expect(faultsOf(bad).toSorted()).toEqual(
      [
        'impact',
        'ladder[0].verify',
        'ladder[0].within',
        'ladder[1].plan',
        'ladder[1].when',
        'match[1]',
        'name',
        'retries',
        'urgency',
      ].toSorted(),
    )
  })

  test.each(['3', '0/1h', '1001/1h', '3/0s', '3/soon', '-1/1h'])('refuses the budget %j', (budget) => {
    expect(faultsOf({ ...good, limits: { budgets: [budget] } })).toEqual(['limits.budgets[0]'])
  })

  test('lets running() alone prove only where it has 30 s', () => {
    expect(faultsOf({ ...good, ladder: [{ ...rung, within: '29s', stableFor: '5s' }] })).toEqual(['ladder[0].within'])
    const probe = { kind: 'probe', port: 80, path: '/', status: 200, timeout: '2s' }
    const both = { ...rung, within: '20s', stableFor: '5s', verify: [{ kind: 'running' }, probe] }
    expect(faultsOf({ ...good, ladder: [both] })).toEqual([])
  })

  test.each([null, undefined, 5, 'x', [], code])('refuses %j', (value) => {
    expect(faultsOf(value)).not.toEqual([])
  })
})
