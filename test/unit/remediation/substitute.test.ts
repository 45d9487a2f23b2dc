import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePattern } from '../../../src/lib/pattern.ts'
import { MissingLabel, substituteLabels } from '../../../src/remediation/checks/substitute.ts'

/** PromQL as Prometheus' lexer splits it, as far as strings go: https://go.dev/ref/spec#String_literals. */
const tokenize = (expr: string): readonly { readonly kind: 'string' | 'other'; readonly text: string }[] => {
  const found: { kind: 'string' | 'other'; text: string }[] = []
  let at = 0
  while (at < expr.length) {
    const quote = expr[at]
    if (quote !== '"') {
      found.push({ kind: 'other', text: expr.charAt(at) })
      at += 1
      continue
    }
    let end = at + 1
    while (end < expr.length && expr[end] !== '"') {
      if (expr[end] === '\n') throw new Error('a line break in a string')
      end += expr[end] === '\\' ? 2 : 1
    }
    if (end >= expr.length) throw new Error('a string that does not end')
    found.push({ kind: 'string', text: expr.slice(at + 1, end) })
    at = end + 1
  }
  return found
}

/** Undoes the escapes that we write; anything else is not ours. */
const unquote = (text: string): string =>
  text.replace(/\\(?:x([0-9a-f]{2})|(.))/gsu, (_, hex: string | undefined, single: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    if (single !== '"' && single !== '\\') throw new Error(`an escape that is none: ${single}`)
    return single
  })

const strings = (expr: string): readonly string[] =>
  tokenize(expr).flatMap(({ kind, text }) => (kind === 'string' ? [unquote(text)] : []))

const others = (expr: string): string =>
  tokenize(expr)
    .map(({ kind, text }) => (kind === 'string' ? '""' : text))
    .join('')

const hostile = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.string({
    minLength: 1,
    unit: fc.constantFrom('"', '\\', '\n', '$', '{', '}', '.', '*', '|', '#', '`', "'", 'x', ')'),
  }),
  fc.constantFrom('"} or up{x="', '\\', '\\"', 'a\\', '.*', 'a|b', '$service', '\u0000', '\n# ', '[a-z]', '(?i)x'),
)

test('a hostile value never leaves the quoted string, and arrives there as it was', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const filled = substituteLabels('sum(rate(x{a="$v", b="pre-$v-post"}[5m])) > 1', { v: value })
      expect(others(filled)).toBe('sum(rate(x{a="", b=""}[5m])) > 1')
      expect(strings(filled)).toEqual([value.toWellFormed(), `pre-${value.toWellFormed()}-post`])
    }),
    { numRuns: 2_000 },
  )
})

test('a hostile value cannot widen a regular expression: it matches itself and nothing else', () => {
  fc.assert(
    fc.property(hostile, fc.string({ unit: 'binary' }), (value, other) => {
      for (const expr of ['x{a=~"$v"}', 'x{a!~"$v"}', 'x{a =~ "$v"}', 'x{a=~ # why\n "$v"}']) {
        const filled = substituteLabels(expr, { v: value })
        const [pattern] = strings(filled.replace('# why\n', ''))
        const compiled = compilePattern(pattern ?? '')
        const meant = value.toWellFormed()
        expect(compiled.matches(meant)).toBe(true)
        if (other.toWellFormed() !== meant) expect(compiled.matches(other.toWellFormed())).toBe(false)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('a hostile value cannot widen a class of characters either', () => {
  const [pattern] = strings(substituteLabels('x{a=~"[$v]+"}', { v: 'a-c]|[^x' }))
  const compiled = compilePattern(pattern ?? '')
  expect(['a', '-', '^', 'b', 'q'].map(compiled.matches)).toEqual([true, true, true, false, false])
})

test('outside of double quotes nothing is substituted', () => {
  const expr = 'x{a=\'$v\', b=`$v`} + $v # "$v"\n'
  expect(substituteLabels(expr, { v: 'y' })).toBe(expr)
})

test('a label that is missing, empty, or only inherited is missing', () => {
  for (const labels of [{}, { v: '' }]) {
    expect(() => substituteLabels('x{a="$v"}', labels)).toThrow(MissingLabel)
  }
  expect(() => substituteLabels('x{a="$constructor"}', {})).toThrow(MissingLabel)
})

test('the longest name is taken, and a dollar that names nothing stays', () => {
  expect(substituteLabels('x{a="$ab-$a"}', { a: '1', ab: '2' })).toBe('x{a="2-1"}')
  expect(substituteLabels('label_replace(x, "a", "$1", "b", "(.*)")', {})).toBe(
    'label_replace(x, "a", "$1", "b", "(.*)")',
  )
})

test('a value is never substituted a second time', () => {
  expect(substituteLabels('x{a="$a"}', { a: '$b', b: 'z' })).toBe('x{a="$b"}')
})
