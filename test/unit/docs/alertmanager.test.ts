/** The page on Alertmanager points at tests: they exist, and none of those that were written for it is left out. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const page = readFileSync(join(root, 'docs/alertmanager.md'), 'utf8')

type Pointer = { readonly file: string; readonly name: string }

const isRow = (line: string): boolean => line.startsWith('| ') && !line.startsWith('| Alertmanager |')
const tables = page.split('\n## ').filter((part) => part.includes('| shown by |'))
const rows = tables.flatMap((part) => part.split('\n').filter(isRow))

/** `undefined`: the row points at nothing. */
function readPointer(row: string): Pointer | undefined {
  const [, file, name] = /`(test\/[\w/.-]+\.test\.ts)`: (.+) \|$/.exec(row) ?? []
  return file === undefined || name === undefined ? undefined : { file, name }
}

const pointers = rows.map(readPointer)

/** The names of the tests of a file, as they are written there. */
function testsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const calls = text.matchAll(/\b(?:test|it)(?:\.each\([^)]*\))?\(\s*'((?:[^'\\\n]|\\.)+)'/g)
  return [...calls].map(([, name = '']) => name.replaceAll("\\'", "'"))
}

describe('the page on Alertmanager', () => {
  test('has a row for each fact, in three columns', () => {
    expect(rows.length).toBeGreaterThan(35)
    for (const row of rows) expect([row, row.split(' | ').length]).toEqual([row, 3])
  })

  test('points at a test in each row', () => {
    expect(rows.filter((_, index) => pointers[index] === undefined)).toEqual([])
  })

  test('points at tests that exist', () => {
    const missing = pointers.filter(
      (pointer) =>
        pointer !== undefined &&
        !(existsSync(join(root, pointer.file)) && testsOf(pointer.file).includes(pointer.name)),
    )
    expect(missing).toEqual([])
  })

  test('leaves out none of the tests of receiving', () => {
    const files = ['test/e2e', 'test/contract'].flatMap((folder) =>
      readdirSync(join(root, folder))
        .filter((name) => name.startsWith('receiving-'))
        .map((name) => `${folder}/${name}`),
    )
    expect(files.length).toBeGreaterThanOrEqual(6)
    const named = new Set(pointers.map((pointer) => `${pointer?.file}: ${pointer?.name}`))
    const leftOut = files
      .flatMap((file) => testsOf(file).map((name) => `${file}: ${name}`))
      .filter((one) => !named.has(one))
    expect(leftOut).toEqual([])
  })
})
