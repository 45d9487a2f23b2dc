import { describe, expect, it } from 'vitest'
import { decodeInspection, type Inspection } from '../../../src/docker/inspection.ts'
import { decideRecovery, type Remains } from '../../../src/docker/recreate-decision.ts'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()

type Made = {
  readonly status?: string
  readonly created?: number
  readonly started?: number
  readonly finished?: number
}

const container = (name: string, { status = 'running', created = 0, started, finished }: Made = {}): Inspection =>
  decodeInspection({
    ...{ Id: 'ab'.repeat(32), Name: `/${name}`, Created: at(created), Config: { StopTimeout: 1 }, HostConfig: {} },
    State: {
      ...{ Status: status, StartedAt: started === undefined ? '' : at(started) },
      FinishedAt: finished === undefined ? '' : at(finished),
    },
  })

const kept = (made: Made = { status: 'exited', started: -60, finished: 2 }) => ({
  ...{ inspection: container('web-1.selfheal-kept-abababababab', made), isNamed: false },
})
const named = (made?: Made) => ({ inspection: container('web-1', made), isNamed: true })
const draft = (made: Made = { status: 'created' }) => ({
  ...{ inspection: container('web-1.selfheal-new-abababababab', made), isNamed: false },
})

const decide = (remains: Partial<Remains>) =>
  decideRecovery(
    { name: 'web-1', old: null, fresh: null, ran: true, hasFailed: false, isNameTaken: false, ...remains },
    1000,
  )

describe('decideRecovery', () => {
  it('does nothing where nothing is left, or the replacement came to its end', () => {
    expect(decide({})).toEqual({ kind: 'nothing' })
    expect(decide({ old: named() })).toEqual({ kind: 'nothing' })
    expect(decide({ fresh: named() })).toEqual({ kind: 'nothing' })
  })

  it('removes the draft of an old one that was not touched', () => {
    expect(decide({ old: named({ started: -60 }), fresh: draft() })).toEqual({ kind: 'remove-draft', isStarted: false })
  })

  it('starts the old one that we had stopped, and none that was down before or was stopped later', () => {
    const stopped = named({ status: 'exited', started: -60, finished: 2 })
    expect(decide({ old: stopped, fresh: draft() })).toEqual({ kind: 'remove-draft', isStarted: true })
    expect(decide({ old: stopped, fresh: draft(), ran: false })).toMatchObject({ isStarted: false })
    const before = named({ status: 'exited', started: -60, finished: -30 })
    expect(decide({ old: before, fresh: draft() })).toMatchObject({ isStarted: false })
    const later = named({ status: 'exited', started: -60, finished: 50 })
    expect(decide({ old: later, fresh: draft() })).toMatchObject({ isStarted: false })
  })

  it('brings the old one back until the new one was started', () => {
    const back = { kind: 'bring-back', isStarted: true }
    expect(decide({ old: kept(), fresh: draft() })).toEqual(back)
    expect(decide({ old: kept(), fresh: named({ status: 'created' }) })).toEqual(back)
  })

  it('brings the old one back when the new one ended at once, or was seen to', () => {
    const back = { kind: 'bring-back', isStarted: true }
    expect(decide({ old: kept(), fresh: named({ status: 'exited', started: 3, finished: 4 }) })).toEqual(back)
    expect(decide({ old: kept(), fresh: named({ status: 'restarting', started: 3, finished: 40 }) })).toEqual(back)
    expect(decide({ old: kept(), fresh: named({ started: 3 }), hasFailed: true })).toEqual(back)
  })

  it.each(['running', 'paused', 'exited'])(
    'lets a new one stand that has run for long, though it is %s now',
    (status) => {
      const fresh = named({ status, started: 3, ...(status === 'exited' ? { finished: 500 } : {}) })
      expect(decide({ old: kept(), fresh })).toEqual({ kind: 'finish' })
    },
  )

  it('leaves to a person what somebody else has changed', () => {
    expect(decide({ old: kept(), isNameTaken: true })).toMatchObject({ kind: 'leave' })
    expect(decide({ old: kept(), fresh: draft(), isNameTaken: true })).toMatchObject({ kind: 'leave' })
    expect(decide({ old: kept() })).toMatchObject({ kind: 'leave' })
    expect(decide({ old: named(), fresh: draft({ started: 3 }) })).toMatchObject({ kind: 'leave' })
    expect(decide({ fresh: draft({ started: 3 }), isNameTaken: true })).toMatchObject({ kind: 'leave' })
  })

  it('lets a draft stand that somebody has started', () => {
    expect(decide({ fresh: draft({ started: 3 }) })).toEqual({ kind: 'adopt' })
    expect(decide({ old: kept(), fresh: draft({ started: 3 }) })).toEqual({ kind: 'adopt' })
  })

  it('removes the draft of an old one that somebody has removed', () => {
    expect(decide({ fresh: draft() })).toEqual({ kind: 'remove-draft', isStarted: false })
  })
})
