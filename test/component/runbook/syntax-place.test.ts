import { describe, expect, test } from 'vitest'
import { findSyntaxPlace } from '../../../src/runbook/syntax-place.ts'
import { aRunbook } from './runbook-folder.ts'

describe('findSyntaxPlace', () => {
  test.each([
    ['in the first line', 'const = 1', { line: 1, column: 7 }],
    ['behind a default export', 'export default , 1', { line: 1, column: 16 }],
    [
      'behind all kinds of imports and exports',
      `import a from 'a'
import { b,
  c } from "b"
import 'c'
import d from './d.json' with { type: 'json' }
export * from 'e'
export { a, b } from 'f'
export { c }
export const e = await d
export default {
  name: ,
}`,
      { line: 11, column: 9 },
    ],
    ['of a decorator', 'const a = 1\n@a\nclass B {}', { line: 2, column: 1 }],
  ])('finds the place of an error %s', (_, source, place) => {
    expect(findSyntaxPlace(source, false)).toEqual(place)
  })

  test('looks through the types of TypeScript', () => {
    const source = 'type A = { a: number }\nconst a: A = { a: 1 as const }\n@a\nexport class B {}\n'
    expect(findSyntaxPlace(source, true)).toEqual({ line: 3, column: 1 })
  })

  test('finds nothing in a module without a syntax error', () => {
    expect(findSyntaxPlace(aRunbook(), true)).toBeNull()
  })
})
