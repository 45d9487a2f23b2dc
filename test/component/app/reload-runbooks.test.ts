import { describe, expect, it } from 'vitest'
import { createReload } from '../../../src/app/reload-runbooks.ts'
import type { Reloaded } from '../../../src/runbook/host.ts'
import { recordingLog } from './recording-log.ts'

const fault = { file: '/runbooks/one.ts', found: 'nothing', expected: 'a runbook' }

const open = (reload: () => Promise<Reloaded>) => {
  const { log, lines } = recordingLog()
  const shown: number[] = []
  const metrics = { reloaded: { set: (_: object, value: number) => void shown.push(value) } }
  return { reload: createReload({ runbooks: { reload, list: () => [] }, metrics, log }), lines, shown }
}

describe('a reload of the runbooks', () => {
  it('that was taken is logged and shown, with what is broken in it', async () => {
    const { reload, lines, shown } = open(async () => ({ isSwapped: true, faults: [fault] }))
    expect(await reload()).toEqual({ isSwapped: true, faults: [fault] })
    expect(shown).toEqual([1])
    expect(lines).toEqual([
      { level: 'error', msg: 'runbook not usable', ...fault },
      { level: 'info', msg: 'runbooks reloaded', runbooks: 0, faults: 1 },
    ])
  })

  it('that was not taken is logged and shown, with the reason', async () => {
    const { reload, lines, shown } = open(async () => ({ isSwapped: false, faults: [fault] }))
    expect((await reload()).isSwapped).toBe(false)
    expect(shown).toEqual([0])
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['error', 'runbook not usable'],
      ['error', 'runbooks not reloaded, the last good set stays'],
    ])
  })

  it('that could not even be tried is logged and shown, and rejects', async () => {
    const { reload, lines, shown } = open(() => Promise.reject(new Error('no thread')))
    await expect(reload()).rejects.toThrow('no thread')
    expect(shown).toEqual([0])
    expect(lines.map(({ level }) => level)).toEqual(['error'])
  })
})
