import { describe, expect, it } from 'vitest'
import { judge } from '../../../demo/judge.ts'
import { reportOf, resultsOf } from '../../../demo/report.ts'
import { readTimings } from '../../../demo/timings.ts'
import { handedOver, healed, probesOf, withIncident } from './story.ts'

const facts = { timings: await readTimings(), readyMs: 1_234, isHealing: true }

describe('the results of the demo', () => {
  it('have the fields that scripts rely on, with instants in RFC 3339 or null', () => {
    expect(resultsOf([judge(healed), judge(handedOver)])).toEqual({
      ok: true,
      faults: [
        {
          name: 'exit',
          target: 'local/selfheal-demo/stock',
          expected: 'recovered',
          injectedAt: '2026-01-01T00:00:00.000Z',
          detectedAt: '2026-01-01T00:00:19.000Z',
          actedAt: '2026-01-01T00:00:21.000Z',
          recoveredAt: '2026-01-01T00:00:55.000Z',
          escalatedAt: null,
          ok: true,
        },
        {
          name: 'broken-config',
          target: 'local/selfheal-demo/pricing',
          expected: 'escalated',
          injectedAt: '2026-01-01T00:00:00.000Z',
          detectedAt: '2026-01-01T00:00:19.000Z',
          actedAt: '2026-01-01T00:00:21.000Z',
          recoveredAt: null,
          escalatedAt: '2026-01-01T00:02:30.000Z',
          ok: true,
        },
      ],
    })
  })

  it('are not ok when one fault is not, or when there was none', () => {
    const silent = judge({ ...healed, probes: probesOf(0, 65, false) })
    expect(resultsOf([silent, judge(handedOver)])).toMatchObject({ ok: false, faults: [{ ok: false }, { ok: true }] })
    expect(resultsOf([]).ok).toBe(false)
  })
})

describe('the report of the demo', () => {
  it('shows the seconds after the fault beside the waiting that is in them', () => {
    const report = reportOf([judge(healed), judge(handedOver)], facts)
    expect(report).toMatch(
      /exit +local\/selfheal-demo\/stock +recovered +19\.0 s +21\.0 s +22\.0 s +55\.0 s +- +0 +yes/,
    )
    expect(report).toMatch(/broken-config +\S+ +escalated +19\.0 s +21\.0 s +- +- +150\.0 s +0 +yes/)
    expect(report).toContain(
      'scrape 2s, evaluation 2s, for 15s (errors: 1m, proven over two minutes), group_wait 1s, group_interval 5s',
    )
    expect(report).toContain('ready 1.2 s after')
    expect(report).not.toContain('Not as expected')
  })

  it('names what is not as expected', () => {
    const report = reportOf([judge(withIncident(healed, { outcome: 'resolved' }))], facts)
    expect(report).toMatch(/exit .* NO$/m)
    expect(report).toContain('- exit: the incident is ended, resolved, not recovered')
  })
})
