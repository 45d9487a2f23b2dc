import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matches, parseMatchers } from '../../../src/alert/matcher.ts'
import { samplesOf } from '../../../src/alertmanager-config/pattern-sample.ts'
import { satisfy } from '../../../src/alertmanager-config/satisfy.ts'
import { compilePattern, PatternError } from '../../../src/lib/pattern.ts'
import { patternText } from '../../support/alertmanager/generate-patterns.ts'

describe('texts for a regular expression', () => {
  it.each([
    'down|unresponsive',
    'web-\\d+',
    '(?i)(crit|warn)(ical)?',
    'a{3}',
    '[a-c]+x?',
    '[^a]b',
    '\\Qa.b\\E\\.c',
    '(?P<n>x)y',
    '.+',
    '[[:alpha:]]{2}-\\pL',
    '^a$',
    'node_(cpu|memory)_.*',
    'a|',
    '[]a]',
  ])('are found for %s', (source) => {
    expect(samplesOf(source).length).toBeGreaterThan(0)
  })

  it('always match it', () => {
    const seen = { found: 0, all: 0 }
    fc.assert(
      fc.property(patternText, (source) => {
        try {
          const pattern = compilePattern(source)
          const samples = samplesOf(source)
          seen.all += 1
          if (samples.length > 0) seen.found += 1
          expect(samples.every(pattern.matches)).toBe(true)
        } catch (error) {
          if (!(error instanceof PatternError)) throw error
        }
      }),
      { numRuns: 1000 },
    )
    expect(seen.found / seen.all).toBeGreaterThan(0.7)
  })
})

describe('labels for matchers', () => {
  it.each([
    ['{}', {}],
    ['symptom=~"down|unresponsive"', { symptom: 'down' }],
    ['a="1",b!=""', { a: '1', b: 'x' }],
    ['a!="1",b!~"x.*"', {}],
    ['a=~".+",a!="x"', { a: 'selfheal-test' }],
    ['a=~"x|y|z",a!~"[xy]"', { a: 'z' }],
  ])('%s', (text, expected) => {
    const matchers = parseMatchers([text])
    const found = satisfy(matchers)
    expect(found).toEqual(expected)
    expect(matches(matchers, found ?? {})).toBe(true)
  })

  it('are none where matchers contradict each other, or what is known of a label', () => {
    expect(satisfy(parseMatchers(['a="1",a="2"']))).toBeNull()
    expect(satisfy(parseMatchers(['a="1"']), () => '')).toBeNull()
    expect(satisfy(parseMatchers(['a=~"1|2"']), () => '2')).toEqual({ a: '2' })
  })
})
