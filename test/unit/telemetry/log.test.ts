import { describe, expect, it } from 'vitest'
import { AdapterError } from '../../../src/lib/adapter-error.ts'
import { StorageError } from '../../../src/store/storage-error.ts'
import { createLog } from '../../../src/telemetry/log.ts'

const createCaptured = (level = 'info') => {
  const lines: string[] = []
  return { log: createLog({ level, destination: { write: (line) => lines.push(line) } }), lines }
}

const first = (lines: readonly string[]) => JSON.parse(lines[0] ?? '')

describe('a log line', () => {
  it('is one JSON object with level in words, time in RFC 3339 and the name of the program', () => {
    const { log, lines } = createCaptured()
    log.info({ incident: 3 }, 'attempt recorded')
    expect(first(lines)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      name: 'selfheal',
      incident: 3,
      msg: 'attempt recorded',
    })
  })

  it('is left out below the level', () => {
    const { log, lines } = createCaptured('warn')
    log.info({}, 'quiet')
    expect(lines).toEqual([])
  })

  it.each([
    { token: 'hush' },
    { password: 'hush' },
    { headers: { authorization: 'Bearer hush' } },
    { a: { b: { Authorization: 'hush' } } },
    { a: { b: { c: { token: 'hush' } } } },
  ])('redacts secrets: %j', (fields) => {
    const { log, lines } = createCaptured()
    log.info(fields, 'x')
    expect(lines.join('')).not.toContain('hush')
    expect(lines.join('')).toContain('[redacted]')
  })

  it('stays one line of printable text whatever a label holds', () => {
    const { log, lines } = createCaptured()
    const hostile = 'a\n{"level":"error"}\r\u0000\u001b[2J'
    log.info({ label: hostile }, 'x')
    expect(lines).toHaveLength(1)
    expect(lines[0]?.trimEnd()).toMatch(/^[\x20-\x7e]*$/)
    expect(first(lines).label).toBe(hostile)
  })
})

describe('an error in a log line', () => {
  it('is written with its chain of causes', () => {
    const { log, lines } = createCaptured()
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    log.error({ err: new AdapterError('docker', 'unreachable', 'no answer', { cause }) }, 'x')
    expect(first(lines).err).toMatchObject({
      type: 'AdapterError',
      message: 'no answer',
      code: 'unreachable',
      system: 'docker',
      retriable: true,
      cause: { type: 'Error', message: 'connect', code: 'ECONNREFUSED' },
    })
  })

  it('has its stack where the program is at fault, and none where the world is', () => {
    const { log, lines } = createCaptured()
    const storage = new StorageError('full', { path: '/data', found: 'no room', advice: 'make some' })
    for (const err of [new Error('mine'), new AdapterError('docker', 'timeout', 'late'), storage])
      log.error({ err }, 'x')
    const errors = lines.map((line) => JSON.parse(line).err)
    expect(errors[0].stack).toContain('log.test.ts')
    expect(errors[1]).toEqual({
      type: 'AdapterError',
      message: 'late',
      code: 'timeout',
      system: 'docker',
      retriable: true,
    })
    expect(errors[2]).toEqual({
      type: 'StorageError',
      message: 'storage /data: no room; make some',
      code: 'full',
    })
  })

  it('is written without what a library hung on it, under either name', () => {
    const { log, lines } = createCaptured()
    const error = Object.assign(new Error('failed'), {
      config: { headers: { 'x-key': 'hush' } },
      request: { body: 'hush' },
    })
    log.error({ err: error }, 'x')
    log.error({ error }, 'x')
    expect(lines).toHaveLength(2)
    expect(lines.join('')).not.toContain('hush')
  })

  it('may be its own cause, or no error at all', () => {
    const { log, lines } = createCaptured()
    const error = new Error('round')
    error.cause = error
    log.error({ err: error }, 'x')
    log.error({ err: 'hush' }, 'x')
    expect(lines).toHaveLength(2)
    expect(lines[1]).not.toContain('hush')
  })
})
