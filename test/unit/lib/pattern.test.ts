import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, PatternError } from '../../../src/lib/pattern.ts'

const values = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'abc',
  'A',
  'a.b',
  'a b',
  'a\nb',
  '12',
  'é',
  '😀',
  'Straße',
  'ſ',
  'K',
  '_',
  '-',
  ']',
  '^',
]

describe('regular expressions', () => {
  it('are anchored at both ends, whichever choice they make', () => {
    const pattern = compilePattern('a|b')
    expect(values.filter(pattern.matches)).toEqual(['a', 'b'])
  })

  // JavaScript agrees with RE2 on these.
  it.each([
    'a*b',
    'a+b?',
    '(a|b)*',
    'a{1,2}b',
    'a{2}b',
    'a{0}',
    '.',
    '.*',
    'a.b',
    '[ab]+',
    '[^ab]',
    '[a-c]{3}',
    '\\d+',
    '\\D*',
    '\\w+',
    '\\.|-',
    'a\\.b',
    '[\\d\\-]+',
    '(?:a)(b)',
    'a*?b',
    '^a$',
    'a|^b|',
    '\\x61',
    '\\bab\\b',
  ])('%s matches what it matches elsewhere', (source) => {
    const other = new RegExp(`^(?:${source})$`, 'u')
    expect(values.filter(compilePattern(source).matches)).toEqual(values.filter((value) => other.test(value)))
  })

  it.each([
    ['(?i)straSSe|k', ['K']],
    ['(?i:a)b', ['ab']],
    ['(?i)S', ['ſ']],
    ['a.b', ['a.b', 'a b', 'aab']],
    ['(?s)a.b', ['a.b', 'a b', 'a\nb', 'aab']],
    ['(?s:a.)b', ['a.b', 'a b', 'a\nb', 'aab']],
    ['(?m)a$\\n^b', ['a\nb']],
    ['\\Aab\\z', ['ab']],
    ['[[:alpha:]]+', ['a', 'b', 'ab', 'aab', 'abc', 'A', 'K']],
    ['[[:^alnum:]]', ['é', '😀', 'ſ', '_', '-', ']', '^']],
    ['\\p{L}', ['a', 'b', 'A', 'é', 'ſ', 'K']],
    ['\\pL\\PL\\p{Latin}', ['a.b', 'a b', 'a\nb']],
    ['\\Qa.b\\E', ['a.b']],
    ['\\x{1F600}', ['😀']],
    ['[]^-]', ['-', ']', '^']],
    ['(?P<name>a)(?<other>b)', ['ab']],
    ['(|a)+', ['', 'a']],
  ])('%s follows RE2', (source, expected) => {
    expect(values.filter(compilePattern(source).matches).sort()).toEqual([...expected].sort())
  })

  it.each([
    ['(a', 'parentheses'],
    ['a)', 'parentheses'],
    ['[a', 'class'],
    ['[b-a]', 'range'],
    ['*', 'before'],
    ['a|*', 'before'],
    ['(?i)*', 'before'],
    ['a**', 'one quantifier'],
    ['a{2}{3}', 'one quantifier'],
    ['a{2,1}', 'in order'],
    ['a{1001}', 'at most 1000'],
    ['(?=a)', 'RE2, which has none'],
    ['(?<!a)', 'RE2, which has none'],
    ['(a)\\1', 'RE2, which has none'],
    ['(?#x)', 'group'],
    ['\\', 'escape'],
    ['\\y', 'escape'],
    ['\\p{Nope}', 'class'],
    ['[[:nope:]]', 'class'],
    ['a'.repeat(1001), 'at most 1000'],
    ['(((){1000}){1000}){1000}', 'smaller counts'],
    ['(a{1000}){1000}', 'smaller counts'],
  ])('%s is refused', (source, expected) => {
    expect(() => compilePattern(source)).toThrow(PatternError)
    expect(() => compilePattern(source)).toThrow(expected)
  })

  it('does not take longer for values that are made to be slow', () => {
    // A backtracking engine would not come back from the first within the age of the universe.
    for (const source of ['(a+)+b', '(a|a)*b', '(.*)*b', '.*a.*a.*a.*a.*b', '(a?){500}b']) {
      expect(compilePattern(source).matches('a'.repeat(8 * 1024))).toBe(false)
    }
  })

  it('keeps matching rightly when more is seen than it remembers', () => {
    const pattern = compilePattern('[^x]*x?')
    for (let start = 0; start < 30_000; start += 100) {
      const text = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x4e00 + start + index)).join('')
      expect(pattern.matches(`${text}x`)).toBe(true)
      expect(pattern.matches(`x${text}`)).toBe(false)
    }
  })

  it('agrees with another engine on any simple pattern', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(?:a|b)', '(?:ab|)')
    const piece = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}')).map((parts) => parts.join(''))
    const source = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''))
    const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n'), maxLength: 8 })
    fc.assert(
      fc.property(source, source, value, (left, right, text) => {
        const both = `${left}|${right}`
        expect(compilePattern(both).matches(text)).toBe(new RegExp(`^(?:${both})$`, 'u').test(text))
      }),
      { numRuns: 2000 },
    )
  })
})
