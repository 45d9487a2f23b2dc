import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openStore } from '../../../src/store/open-store.ts'
import { openTemporaryStore, temporaryFolder } from '../../support/temporary-store.ts'

function startProcess(path: string): { child: ChildProcess; lines: string[]; seen: (count: number) => Promise<void> } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'accepting-process.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => lines.push(line))
  return {
    child,
    lines,
    seen: async (count) => {
      while (lines.length < count) await once(reader, 'line')
    },
  }
}

describe('a process that is killed', { timeout: 30_000 }, () => {
  it('has kept every notification that it acknowledged', async () => {
    const path = temporaryFolder()
    const { child, lines, seen } = startProcess(path)
    await seen(500)
    child.kill('SIGKILL')
    await once(child, 'close')

    const store = openTemporaryStore(path)
    const kept = new Map(store.ledger.pendingNotifications(1e6).map((entry) => [entry.id, entry.body.toString()]))
    const acknowledged = lines.slice(1).map((line) => /^(\d+) (.*)$/.exec(line))
    expect(acknowledged.length).toBeGreaterThanOrEqual(499)
    for (const match of acknowledged) expect(kept.get(Number(match?.[1]))).toBe(match?.[2])
  })

  it('held its path against others until then, and not a moment longer', async () => {
    const path = temporaryFolder()
    const { child, seen } = startProcess(path)
    await seen(1)
    expect(() => openStore({ path })).toThrow(expect.objectContaining({ code: 'locked', path }))
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(openTemporaryStore(path).isWritable()).toBe(true)
  })
})
