import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFileWatch } from '../../../src/app/file-watch.ts'
import { waitFor } from '../../support/wait-for.ts'
import { aFolder } from '../runbook/runbook-folder.ts'
import { recordingLog } from './recording-log.ts'

const watchOf = (options: { pollMs?: number; settleMs?: number } = {}, inFolder = '.') => {
  const folder = aFolder({ 'file.yml': 'one' })
  const file = join(folder, inFolder, 'file.yml')
  const watch = createFileWatch({ file, settleMs: 5, ...options })
  onTestFinished(watch.stop)
  const { log, lines } = recordingLog()
  const seen = { count: 0 }
  const count = () => {
    seen.count += 1
  }
  const start = () => watch.start(count, log)
  return { file, folder, watch, start, seen, lines }
}

describe('a watched file', () => {
  it('is told of once for each new content, written in place or replaced', async () => {
    const { file, start, seen } = watchOf()
    start()
    writeFileSync(file, 'two')
    await waitFor(() => expect(seen.count).toBe(1))
    writeFileSync(`${file}~`, 'three')
    renameSync(`${file}~`, file)
    await waitFor(() => expect(seen.count).toBe(2))
    writeFileSync(file, 'three')
    writeFileSync(`${file}.other`, 'x')
    writeFileSync(file, 'four')
    await waitFor(() => expect(seen.count).toBe(3))
  })

  it('that is a pipe is left to whoever reads it: its content can be read once', async () => {
    const file = join(aFolder({}), 'pipe')
    execFileSync('mkfifo', [file])
    const writer = spawn('sh', ['-c', 'printf one > "$0"', file])
    onTestFinished(() => void writer.kill('SIGKILL'))
    onTestFinished(createFileWatch({ file }).stop)
    expect(await readFile(file, 'utf8')).toBe('one')
  })

  it('that is gone for a while is as it was before', async () => {
    const { file, start, seen } = watchOf()
    start()
    rmSync(file)
    writeFileSync(`${file}.other`, 'x')
    writeFileSync(file, 'one')
    writeFileSync(file, 'two')
    await waitFor(() => expect(seen.count).toBe(1))
  })

  it('that changed before the watch began is told of', async () => {
    const { file, start, seen } = watchOf()
    writeFileSync(file, 'two')
    start()
    await waitFor(() => expect(seen.count).toBe(1))
  })

  it('in a folder that cannot be watched is polled', async () => {
    const { file, folder, start, seen, lines } = watchOf({ pollMs: 5 }, 'later')
    start()
    expect(lines).toMatchObject([{ level: 'warn', msg: 'folder cannot be watched, it is polled instead' }])
    mkdirSync(join(folder, 'later'), { recursive: true })
    writeFileSync(file, 'here')
    await waitFor(() => expect(seen.count).toBe(1))
  })

  it('is not told of after the stop', async () => {
    const { file, watch, start, seen } = watchOf({ pollMs: 1, settleMs: 1 })
    const other = watchOf({ pollMs: 1, settleMs: 1 })
    start()
    other.start()
    watch.stop()
    writeFileSync(file, 'two')
    writeFileSync(other.file, 'two')
    await waitFor(() => expect(other.seen.count).toBe(1))
    expect(seen.count).toBe(0)
  })
})
