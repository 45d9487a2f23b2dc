import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { errorCatalogue } from '../../../src/http/error-codes.ts'

it('the reference of errors equals the catalogue', () => {
  const reference = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8')
  const rows = reference.split('\n').filter((line) => line.startsWith('| `'))
  const expected = Object.entries(errorCatalogue).map(
    ([code, { status, meaning }]) => `| \`${code}\` | ${status} | ${meaning} |`,
  )
  expect(rows).toEqual(expected)
})
