import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DurationError, formatDuration, parseDuration } from '../../../src/lib/duration.ts'

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['1ms', 1],
    ['15s', 15_000],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
    ['1y2w3d4h5m6s7ms', 31_536_000_000 + 1_209_600_000 + 259_200_000 + 14_400_000 + 300_000 + 6_000 + 7],
    ['90m', 5_400_000],
    ['007s', 7000],
  ])('reads %s as %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  test.each([
    '',
    ' ',
    '1',
    '15',
    '1.5h',
    '-1s',
    '30m1h',
    '1s1s',
    '1 h',
    '1H',
    's',
    '1h ',
    '١s',
    '1s\n',
    '1e3s',
    '9999999999999y',
  ])('refuses %j and says what it found and what it expects', (text) => {
    expect(() => parseDuration(text)).toThrow(DurationError)
    expect(() => parseDuration(text)).toThrow(/^found ".*", expected a duration /s)
  })

  test('refuses a very long text without showing all of it', () => {
    expect(() => parseDuration(`${'9'.repeat(100_000)}s`)).toThrow(/^found ".{50,200}", expected/)
  })

  test('throws nothing but DurationError, whatever the text', () => {
    const unit = fc.constantFrom('y', 'w', 'd', 'h', 'm', 's', 'ms', '', ' ', '-')
    const like = fc.array(fc.tuple(fc.nat({ max: 99 }), unit), { maxLength: 5 })
    const text = fc.oneof(
      fc.string(),
      like.map((parts) => parts.flat().join('')),
    )
    fc.assert(
      fc.property(text, (candidate) => {
        try {
          return Number.isSafeInteger(parseDuration(candidate))
        } catch (error) {
          return error instanceof DurationError
        }
      }),
    )
  })
})

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [1, '1ms'],
    [90_000, '1m30s'],
    [90 * 86_400_000, '90d'],
    [14 * 86_400_000, '2w'],
    [365 * 86_400_000, '1y'],
    [366 * 86_400_000, '366d'],
    [5_400_000, '1h30m'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  test('is read back as the same number', () => {
    fc.assert(fc.property(fc.maxSafeNat(), (ms) => parseDuration(formatDuration(ms)) === ms))
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %d', (ms) => {
    expect(() => formatDuration(ms)).toThrow(RangeError)
  })
})
