import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkRunbooks } from '../../../src/runbook/check.ts'
import { formatRunbookFault } from '../../../src/runbook/fault.ts'

const root = join(import.meta.dirname, '../../..')

test('every runbook that the documentation shows can be used as it stands', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'documented-'))
  const blocks = ['README.md', 'docs/runbooks.md'].flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    return [...text.matchAll(/^```ts\n(import [\s\S]*?export default defineRunbook[\s\S]*?)^```/gm)].map(
      (match) => match[1],
    )
  })
  expect(blocks.length).toBeGreaterThanOrEqual(2)
  try {
    for (const [index, block] of blocks.entries()) writeFileSync(join(folder, `${index}.ts`), block ?? '')
    expect((await checkRunbooks([folder])).map(formatRunbookFault)).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
