import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beginningOfJson } from '../../../src/lib/beginning-of-json.ts'

describe('the beginning of a value as JSON', () => {
  it('is all of its JSON where that is short enough', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
        // What comes out of JSON.parse has no -0 that JSON would tell from 0.
        const posted: unknown = JSON.parse(JSON.stringify(value))
        expect(beginningOfJson(posted, 1_000_000)).toBe(JSON.stringify(posted))
      }),
    )
  })

  it.each([
    ['a long text', 'x'.repeat(1_000)],
    ['many entries', Array.from({ length: 1_000 }, (_, index) => index)],
    ['many names', Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`n${index}`, index]))],
  ])('is cut, and says so: %s', (_, value) => {
    expect(beginningOfJson(value, 100)).toBe(`${JSON.stringify(value).slice(0, 100)}...`)
  })

  it('leaves out what is nested too deeply, and does not throw', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)
    expect(beginningOfJson(deep, 4096)).toBe(`${'['.repeat(64)}...${']'.repeat(64)}`)
    const names: unknown = JSON.parse(`${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`)
    expect(beginningOfJson(names, 4096)).toBe(`${'{"a":'.repeat(64)}...${'}'.repeat(64)}`)
  })

  it('takes names such as __proto__ for names', () => {
    const text = '{"__proto__":{"a":"b"},"toString":1}'
    expect(beginningOfJson(JSON.parse(text), 100)).toBe(text)
  })
})
