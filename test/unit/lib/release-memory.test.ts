import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const module = fileURLToPath(new URL('../../../src/lib/release-memory.ts', import.meta.url))

/** A process that makes garbage as starting does, then writes the size of its heap before and after. */
const script = `
  import { releaseMemory } from ${JSON.stringify(module)}
  let kept = []
  for (let count = 0; count < 1e6; count += 1) kept.push({ count })
  kept = null
  const before = process.memoryUsage().heapTotal
  releaseMemory()
  console.log(JSON.stringify({ before, after: process.memoryUsage().heapTotal, gc: typeof globalThis.gc }))`

it('gives back what garbage held, and leaves nothing behind that others could call', () => {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  const { before, after, gc } = JSON.parse(stdout)
  expect(after).toBeLessThan(before / 2)
  expect(gc).toBe('undefined')
})
