import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { actionKinds, checkKinds } from '../../../src/authoring/index.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { checkRunbooks, inspectRunbooks } from '../../../src/runbook/check.ts'
import { formatRunbookFault } from '../../../src/runbook/fault.ts'
import { documentation, documentedBlocks, documentedFiles } from '../../support/documented-files.ts'

const root = join(import.meta.dirname, '../../..')

/** A folder with every file that the guide shows. */
function writeFiles(): string {
  const folder = mkdtempSync(join(tmpdir(), 'documented-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, text] of Object.entries(documentedFiles)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

test('every runbook that the documentation shows can be used as it stands', async () => {
  const folder = join(writeFiles(), 'runbooks')
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n(import [\s\S]*?export default defineRunbook[\s\S]*?)^```/gm)]
  for (const [index, block] of blocks.entries()) writeFileSync(join(folder, `${index}.ts`), block[1] ?? '')
  const { runbooks, faults } = await inspectRunbooks([folder])
  expect(faults.map(formatRunbookFault)).toEqual([])
  expect(runbooks.length).toBe(2 + blocks.length)
})

test('every block of TypeScript of the guide is a file of its own', () => {
  const names = Object.keys(documentedFiles).filter((name) => name.endsWith('.ts'))
  expect(names.length).toBeGreaterThanOrEqual(4)
  expect(documentedBlocks('ts')).toEqual(names.map((name) => documentedFiles[name]))
})

test('every configuration of the guide is valid with the runbooks that it shows', async () => {
  const folder = writeFiles()
  const blocks = documentedBlocks('yaml')
  expect(blocks.length).toBeGreaterThanOrEqual(3)
  const findRunbooks = async (folders: readonly string[]) => {
    expect(await checkRunbooks(folders)).toEqual([])
    return (await inspectRunbooks(folders)).runbooks
  }
  for (const [index, block] of blocks.entries()) {
    const file = join(folder, `${index}.yml`)
    writeFileSync(file, block.startsWith('routes:') ? `runbooks: { folders: [runbooks] }\n${block}` : block)
    expect(await loadConfig({ file, env: {}, findRunbooks })).toMatchObject({ ok: true, warnings: [] })
  }
})

test('the guide names every action and every check, and no other', () => {
  const section = (from: string, to: string) => documentation.split(from)[1]?.split(to)[0] ?? ''
  const firstCells = (text: string) => [...text.matchAll(/^\| `(\w+)\(/gm)].map((match) => match[1])
  expect(firstCells(section('### The ladder', '### Parameters'))).toEqual([...actionKinds])
  expect(firstCells(section('## The proof', '## Testing'))).toEqual([...checkKinds])
})
