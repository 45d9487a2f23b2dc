import { describe, expect, it } from 'vitest'
import { parseSize } from '../../../src/config/size.ts'
import { suggest } from '../../../src/config/suggest.ts'
import { BudgetError, parseBudget } from '../../../src/guard/parse-budget.ts'

describe('a budget', () => {
  it('is a count, a slash and a duration', () => {
    expect(parseBudget('3/1h')).toEqual({ count: 3, windowMs: 3_600_000 })
    expect(parseBudget('1000/7d')).toEqual({ count: 1000, windowMs: 604_800_000 })
  })

  it.each(['', '3', '3/', '/1h', '0/1h', '1001/1h', '-1/1h', '1.5/1h', '3/0s', '3/1x', '3 / 1h', '3/1h/2', '3/1h\n'])(
    'is not %j',
    (text) => {
      expect(() => parseBudget(text)).toThrow(BudgetError)
    },
  )
})

describe('a size', () => {
  it.each([
    ['1B', 1],
    ['32MiB', 33_554_432],
    ['1GiB', 1_073_741_824],
    ['0B', undefined],
    ['2GiB', undefined],
    ['32MB', undefined],
    ['32', undefined],
    ['1.5MiB', undefined],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })
})

describe('a suggestion', () => {
  const known = ['scrape_interval', 'timeout', 'url', 'mode']
  it.each([
    ['scrapeInterval', 'scrape_interval'],
    ['scrape-intervall', 'scrape_interval'],
    ['timout', 'timeout'],
    ['URL', 'url'],
    ['mod', 'mode'],
    ['x', undefined],
    ['webhook', undefined],
  ])('for %s', (unknown, expected) => {
    expect(suggest(unknown, known)).toBe(expected)
  })
})
