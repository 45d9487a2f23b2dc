import { describe, expect, it } from 'vitest'
import { findSelectors } from '../../../src/prometheus/selectors.ts'

describe('the selectors of an expression', () => {
  it.each([
    ['up', 'up'],
    [' up # comment', 'up'],
    ['up{job="a}b"}', 'up{job="a}b"}'],
    ['up {job="a"}', 'up {job="a"}'],
    ['{__name__="up"}', '{__name__="up"}'],
    ['{"my.metric",job=\'a\'}', '{"my.metric",job=\'a\'}'],
    ['job:errors:rate2m', 'job:errors:rate2m'],
    ['min', 'min'],
  ])('%s is one, and nothing else', (expr, selector) => {
    expect(findSelectors(expr)).toEqual({ isPlain: true, instant: [selector], isPast: false })
  })

  it.each([
    ['-up', ['up']],
    ['(up)', ['up']],
    ['sum(up)', ['up']],
    ['up == bool 0', ['up']],
    ['sum by (job) (up) / on(job) group_left(a, b) total', ['up', 'total']],
    ['sum(up) without (job, instance)', ['up']],
    ['up and other unless third', ['up', 'other', 'third']],
    ['up + up', ['up']],
    ['topk(3, up)', ['up']],
    ['count(min)', ['min']],
    ['label_replace(up, "a", "x{y}[1m]", "b", "(.*)")', ['up']],
    ['time() - process_start_time_seconds{job="a"}', ['process_start_time_seconds{job="a"}']],
    ['errors / errors offset 1d', ['errors']],
    ['max_over_time(up[5m:1m])', ['up']],
  ])('%s reads %j', (expr, instant) => {
    expect(findSelectors(expr)).toEqual({ isPlain: false, instant, isPast: false })
  })

  it.each([
    'rate(x{a="b"}[2m])',
    'sum by (le) (rate(x_bucket[5m]))',
    'vector(1)',
    '1e-3',
    'Inf',
    'rate(x[5m]) / rate(x[5m] offset 1d)',
  ])('%s reads no single sample', (expr) => {
    expect(findSelectors(expr)).toEqual({ isPlain: false, instant: [], isPast: false })
  })

  it.each([
    'up offset 1m',
    'up{a="b"} offset 1m',
    'up @ 1700000000',
    'rate(x[5m] offset 1d)',
    'rate(x[5m] @ start())',
    'max_over_time(up[5m:1m] offset 1d)',
  ])('%s reads the past', (expr) => {
    expect(findSelectors(expr)).toMatchObject({ isPlain: false, isPast: true })
  })
})
