import { describe, expect, test } from 'vitest'
import { probe, query, running } from '../../../src/authoring/index.ts'
import { checkSchema, findLabelReferences, findLongestRangeMs } from '../../../src/authoring/validate-check.ts'
import { compileShape } from '../../../src/authoring/validate-shape.ts'

const find = compileShape(checkSchema)
const good = query({ expr: 'up', is: '<', than: 1, window: '1m' })

describe('the schema of checks', () => {
  test.each([
    ['running', running()],
    ['probe by port', probe({ port: 80 })],
    ['probe by port and path', probe({ port: 8080, path: '/healthz?deep=1', status: 204, timeout: '500ms' })],
    ['probe by address', probe({ url: 'https://shop.example/health' })],
    ['query', good],
  ])('accepts what the kit makes: %s', (_, check) => {
    expect(find(check)).toEqual([])
  })

  test.each([
    ['an unknown kind', { kind: 'exec' }],
    ['a property too many', { kind: 'running', always: true }],
    ['a port out of range', { ...probe({ port: 80 }), port: 70_000 }],
    ['another protocol', probe({ url: 'file:///etc/passwd' })],
    ['credentials in an address', probe({ url: 'http://user:secret@shop' })],
    ['a path without a slash', probe({ port: 80, path: 'health' })],
    ['a path with a line break', probe({ port: 80, path: '/a\r\nHost: b' })],
    ['no time', probe({ port: 80, timeout: '0s' })],
    ['an unknown comparison', { ...good, is: '=' }],
    ['a number that JSON does not have', JSON.parse(JSON.stringify({ ...good, than: Number.NaN }))],
    ['a window that is no duration', { ...good, window: '1 minute' }],
    ['an empty expression', { ...good, expr: '' }],
  ])('refuses %s', (_, check) => {
    expect(find(check)).toHaveLength(1)
  })
})

describe('findLongestRangeMs', () => {
  test.each([
    ['up', 0],
    ['rate(a[2m])', 120_000],
    ['rate(a[2m]) / rate(b[ 1m30s ])', 120_000],
    ['max_over_time(rate(a[1m])[1h:1m])', 3_600_000],
    ['up{path=~"[1h]|x"}', 0],
    ['up # [1h]', 0],
    ['rate(a[$__interval])', 0],
    ['rate(a[1x])', 0],
  ])('reads %s', (expr, longestMs) => {
    expect(findLongestRangeMs(expr)).toBe(longestMs)
  })
})

describe('findLabelReferences', () => {
  test.each([
    ['up', []],
    ['up{a="$b"}', [{ name: 'b', isQuoted: true }]],
    [
      'up{a=~"x-$b|$c_2"}',
      [
        { name: 'b', isQuoted: true },
        { name: 'c_2', isQuoted: true },
      ],
    ],
    ['up{a=$b}', [{ name: 'b', isQuoted: false }]],
    ["up{a='$b'}", [{ name: 'b', isQuoted: false }]],
    ['up{a=`$b`}', [{ name: 'b', isQuoted: false }]],
    ['up{a="\\"", b=$c}', [{ name: 'c', isQuoted: false }]],
    ['up{a="$"}', []],
  ])('reads %s', (expr, references) => {
    expect(findLabelReferences(expr)).toEqual(references)
  })
})
