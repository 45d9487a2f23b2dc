import { describe, expect, it } from 'vitest'
import {
  type MatcherDialect,
  MatcherError,
  matches,
  parseMatchers,
  parseMatchersAs,
} from '../../../src/alert/matcher.ts'

const read = (...texts: string[]) => parseMatchers(texts).map(({ name, op, value }) => `${name} ${op} ${value}`)

const faultOf = (text: string, dialect: MatcherDialect = 'utf8'): MatcherError => {
  try {
    parseMatchersAs(dialect, text)
  } catch (error) {
    if (error instanceof MatcherError) return error
    throw error
  }
  throw new Error(`no fault in ${text}`)
}

describe('the syntax of matchers', () => {
  it('knows the four operators', () => {
    expect(read('a=1', 'b!=2', 'c=~3', 'd!~4')).toEqual(['a = 1', 'b != 2', 'c =~ 3', 'd !~ 4'])
  })

  it('takes several in one text, with braces or without, and a comma at the end', () => {
    expect(read('a=1,b=2')).toEqual(['a = 1', 'b = 2'])
    expect(read('{ a = "1" , b = "2" , }')).toEqual(['a = 1', 'b = 2'])
    expect(read('{}')).toEqual([])
  })

  it('takes any UTF-8 without quotes but what is special, and everything within quotes', () => {
    expect(read('süß=a/b.c-d:e')).toEqual(['süß = a/b.c-d:e'])
    expect(read('"my name"="{a, b}=~"')).toEqual(['my name = {a, b}=~'])
  })

  it('undoes the escapes of Go', () => {
    expect(read(String.raw`a="\"\\\t\x41\101\u00e9\U0001F600\xc3\xa9"`)).toEqual(['a = "\\\tAAé😀é'])
  })

  it.each([
    ['', 0, 'a label name'],
    ['   ', 3, 'a label name'],
    ['a', 1, 'an operator'],
    ['a ~ b', 2, 'an operator'],
    ['a=', 2, 'a value'],
    ['a==b', 2, 'a value'],
    ['=b', 0, 'a label name'],
    ['""="b"', 0, 'a label name'],
    ['a=b c=d', 4, 'a comma'],
    ['a=b,,c=d', 4, 'a label name'],
    ['{a=b', 4, 'closing brace'],
    ['a=b}', 3, 'a comma'],
    ['{a=b}x', 5, 'nothing after'],
    ['a="b', 2, 'a closing quote'],
    ["a='b'", 2, 'double quotes'],
    ['a=`b`', 2, 'double quotes'],
    ['a="\\d"', 3, 'an escape'],
    ['a="\\xff"', 2, 'UTF-8'],
    ['a="\\ud800"', 3, 'an escape'],
    ['a="x\ny"', 4, 'an escape'],
    ['a=~"("', 4, "RE2's syntax"],
  ])('refuses %j and tells where and what is expected', (text, position, expected) => {
    const fault = faultOf(text)
    expect({ position: fault.position, text: fault.text }).toEqual({ position, text })
    expect(fault.expected).toContain(expected)
    expect(fault.message).toContain(fault.found)
  })
})

const readAs = (dialect: MatcherDialect, text: string) =>
  parseMatchersAs(dialect, text).map(({ name, op, value }) => `${name} ${op} ${value}`)

describe('the dialects of Alertmanager', () => {
  it.each([
    // Text, and what the UTF-8, the classic and the fallback parser make of it; null: they refuse it.
    ['a="b"', 'a = b', 'a = b', 'a = b'],
    ['süß=x', 'süß = x', null, 'süß = x'],
    ['a=', null, 'a = ', 'a = '],
    ['a=b c', null, 'a = b c', 'a = b c'],
    ['{a=b', null, 'a = b', 'a = b'],
    ['a=~"\\d+"', null, 'a =~ \\d+', 'a =~ \\d+'],
    ['a="\\t"', 'a = \t', 'a = \\t', 'a = \\t'],
    ['a="x\ny"', null, 'a = x\ny', 'a = x\ny'],
    ['a=~"\\x5b"', null, 'a =~ \\x5b', 'a =~ \\x5b'],
    ['a\u00a0=b', 'a = b', null, 'a = b'],
    ['a=\u0085b', 'a = b', 'a = \u0085b', 'a = \u0085b'],
    ['a=\ufeffb', 'a = \ufeffb', 'a = \ufeffb', 'a = \ufeffb'],
    ['a="b""', null, null, null],
    ['a==b', null, 'a = =b', 'a = =b'],
    ['a=b,,c=d', null, null, null],
  ])('read %j each in their way', (text, utf8, classic, fallback) => {
    const dialects = ['utf8', 'classic', 'fallback'] as const
    for (const [index, expected] of [utf8, classic, fallback].entries()) {
      const dialect = dialects[index] ?? 'utf8'
      if (expected === null) expect(() => readAs(dialect, text), dialect).toThrow(MatcherError)
      else expect(readAs(dialect, text), dialect).toEqual([expected])
    }
  })

  it.each([
    ['a="b"c"', 4, 'it as'],
    ['a="b', 2, 'a closing quote'],
    ['x="1", b', 7, 'a matcher such as'],
    ['x="1", , b=2', 6, 'a matcher such as'],
    ['ü=b', 0, 'a matcher such as'],
    ['b="1",a=~"x("', 10, "RE2's syntax"],
  ])('the classic one refuses %j and tells where', (text, position, expected) => {
    const fault = faultOf(text, 'classic')
    expect(fault.position).toBe(position)
    expect(fault.expected).toContain(expected)
  })

  it('all refuse what UTF-8 cannot write, and an empty text', () => {
    for (const dialect of ['utf8', 'classic', 'fallback'] as const) {
      expect(() => parseMatchersAs(dialect, 'a="\ud800"')).toThrow('half a surrogate pair')
      expect(() => parseMatchersAs(dialect, ' ')).toThrow('a label name')
    }
  })
})

describe('matching', () => {
  const labels = { alertname: 'Down', severity: 'critical', empty: '' }

  it.each([
    ['alertname="Down"', true],
    ['alertname="down"', false],
    ['alertname!="Down"', false],
    ['severity=~"warning|critical"', true],
    ['severity=~"crit"', false],
    ['severity!~"crit"', true],
    ['severity!~"crit.*"', false],
    ['missing=""', true],
    ['missing!=""', false],
    ['missing=~".*"', true],
    ['missing=~".+"', false],
    ['missing!~".+"', true],
    ['missing!="x"', true],
    ['empty=""', true],
    ['alertname="Down",severity="warning"', false],
    ['{}', true],
  ])('%s is %s', (text, expected) => {
    expect(matches(parseMatchers([text]), labels)).toBe(expected)
  })

  it('sees no labels that are only properties of objects', () => {
    expect(matches(parseMatchers(['constructor=""', 'toString=""', '__proto__=""']), {})).toBe(true)
    expect(matches(parseMatchers(['__proto__="x"']), JSON.parse('{"__proto__":"x"}'))).toBe(true)
  })

  it('neither matches nor excludes values beyond 8 KiB by a regular expression, and still compares them', () => {
    const long = 'a'.repeat(8 * 1024 + 1)
    expect(matches(parseMatchers(['a=~"a+"']), { a: long })).toBe(false)
    expect(matches(parseMatchers(['a!~"b+"']), { a: long })).toBe(false)
    expect(matches(parseMatchers(['a!="b"']), { a: long })).toBe(true)
    expect(matches(parseMatchers(['a=~"a+"']), { a: long.slice(1) })).toBe(true)
  })
})
