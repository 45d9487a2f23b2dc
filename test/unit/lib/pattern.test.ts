import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePattern, type Pattern, PatternError } from '../../../src/lib/pattern.ts'

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

const errorOf = (source: string): PatternError => {
  try {
    compilePattern(source)
  } catch (error) {
    if (error instanceof PatternError) return error
    throw error
  }
  throw new Error(`no fault in ${source}`)
}

/** How many characters of a value the engine reads until it knows that the pattern does not match. */
const readsOf = (pattern: Pattern, value: string): number => {
  const read = String.prototype.charCodeAt
  let count = 0
  String.prototype.charCodeAt = function (index) {
    count += 1
    return read.call(this, index)
  }
  try {
    expect(pattern.matches(value)).toBe(false)
  } finally {
    String.prototype.charCodeAt = read
  }
  return count
}

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
    ['(a', 'missing closing )'],
    ['a)', 'unexpected )'],
    ['[a', 'missing closing ]'],
    ['[b-a]', 'range'],
    ['*', 'missing argument'],
    ['a|*', 'missing argument'],
    ['(?i)*', 'missing argument'],
    ['a**', 'nested repetition'],
    ['a{2}{3}', 'nested repetition'],
    ['a{2,1}', 'repeat count'],
    ['a{1001}', 'repeat count'],
    ['(?=a)', 'unsupported Perl syntax'],
    ['(?<!a)', 'invalid named capture'],
    ['(a)\\1', 'invalid escape sequence'],
    ['(?#x)', 'unsupported Perl syntax'],
    ['\\', 'trailing backslash'],
    ['\\y', 'invalid escape sequence'],
    ['\\p{Nope}', 'range'],
    ['[[:nope:]]', 'range'],
    ['a'.repeat(1001), 'at most 1000'],
    ['(((){1000}){1000}){1000}', 'too large'],
    ['(a{1000}){1000}', 'repeat count'],
    ['(?:a?){1000}'.repeat(5), 'repeats too much'],
    ['(?P<x>a)(?P<x>b)', 'duplicate capture group'],
    ['\\Qa', 'missing closing )'],
    ['a)|(b', 'unexpected )'],
    ['\\C', 'invalid escape sequence'],
  ])('%s is refused', (source, found) => {
    expect(() => compilePattern(source)).toThrow(PatternError)
    expect(() => compilePattern(source)).toThrow(found)
  })

  it('does not take longer for values that are made to be slow', () => {
    // A backtracking engine would not come back from the first within the age of the universe.
    for (const source of ['(a+)+b', '(a|a)*b', '(.*)*b', '.*a.*a.*a.*a.*b', '(a?){500}b']) {
      expect(compilePattern(source).matches('a'.repeat(8 * 1024))).toBe(false)
    }
  })

  it.each([
    ['a+[b', 2],
    ['ab(?=c)', 2],
    ['x\\y', 1],
    ['(a', 0],
    ['a**b', 1],
    ['**', 0],
    ['é\\p{Nope}', 1],
  ])('%s is refused at offset %i', (source, position) => {
    expect(errorOf(source).position).toBe(position)
  })

  it.each(['(a+)+b', '(a|a)*b', '(.*)*b', '.*a.*a.*a.*a.*b', '(a?){500}b', '(a+)+(a+)+b', '(?i)(k|a|aa)*b'])(
    '%s looks at every character about as often in a long value as in a short one',
    (source) => {
      const pattern = compilePattern(source)
      const [short, long] = [readsOf(pattern, 'a'.repeat(1024)), readsOf(pattern, 'a'.repeat(8 * 1024))]
      expect(short).toBeLessThanOrEqual(4 * 1024 + 100)
      expect(long).toBeLessThanOrEqual(4 * 8 * 1024 + 100)
    },
  )

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
