import { spawnSync } from 'node:child_process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { gatherLines } from '../../../src/telemetry/gathered-lines.ts'

const gather = () => {
  const written: string[] = []
  const log = pino(
    { base: null, timestamp: false },
    gatherLines(
      (lines) => written.push(lines),
      (phrase) => phrase !== 'now',
    ),
  )
  return { log, written, phrases: () => written.map((lines) => lines.match(/"msg":"\w+"/g)?.join() ?? lines) }
}

it('writes the lines of one turn at once, whole and in order', async () => {
  const { log, written, phrases } = gather()
  log.info('a')
  log.info('b')
  expect(written).toEqual([])
  await nextTurn()
  log.info('c')
  await nextTurn()
  expect(phrases()).toEqual(['"msg":"a","msg":"b"', '"msg":"c"'])
  expect(written.every((lines) => lines.endsWith('}\n'))).toBe(true)
})

it('writes a line that may not wait at once, after those before it', () => {
  const { log, phrases } = gather()
  log.info('a')
  log.info('now')
  log.info('c')
  expect(phrases()).toEqual(['"msg":"a","msg":"now"'])
})

it.each(['warn', 'error', 'fatal'] as const)('writes a line of level %s at once, after those before it', (level) => {
  const { log, phrases } = gather()
  log.info('a')
  log[level]('b')
  log.info('c')
  expect(phrases()).toEqual(['"msg":"a","msg":"b"'])
})

it('does not let more than 64 KiB wait', () => {
  const { log, written } = gather()
  for (let line = 0; line < 100; line += 1) log.info('x'.repeat(1024))
  expect(written.join('').length).toBeGreaterThan(64 * 1024)
})

it.each([
  ['exits', 'process.exit(0)'],
  ['crashes', 'throw new Error("crashed")'],
])('loses no line of a process that %s in the same turn', (_how, end) => {
  const module = fileURLToPath(new URL('../../../src/telemetry/log.ts', import.meta.url))
  const script = `import { createLog } from ${JSON.stringify(module)}
    createLog({ level: 'info' }).info({ id: 7 }, 'request answered'); ${end}`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(stderr).toContain('"id":7,"msg":"request answered"')
})

it('writes what changes a state before anything else happens', () => {
  const module = fileURLToPath(new URL('../../../src/telemetry/log.ts', import.meta.url))
  const script = `import { createLog } from ${JSON.stringify(module)}
    createLog({ level: 'info' }).info({ incident: 7 }, 'attempt-reserved'); process.kill(process.pid, 'SIGKILL')`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(stderr).toContain('"incident":7,"msg":"attempt-reserved"')
})
