import { describe, expect, it } from 'vitest'
import type { ContainerEvent } from '../../../src/docker/container-event.ts'
import { causeOfExit, type Ended } from '../../../src/docker/exit-cause.ts'
import { createExitJournal } from '../../../src/docker/exit-journal.ts'
import { createOwnActs } from '../../../src/docker/own-acts.ts'

const STARTED = Date.parse('2026-01-01T00:00:00Z')
const HOUR = 60 * 60 * 1000

const ended: Ended = {
  ...{ state: 'exited', startedAt: '2026-01-01T00:00:00Z', exitCode: 0, oomKilled: false, startError: '' },
  ...{ restartPolicy: 'no', stopSignal: '', stopTimeoutSeconds: 10 },
}

/** An event so many milliseconds after the container's start. */
function event(action: ContainerEvent['action'], after: number, value: number | null = null): ContainerEvent {
  const at = STARTED + after
  const signal = action === 'kill' ? value : null
  return { id: 'c', action, at, atNanos: BigInt(at) * 1_000_000n, signal, exitCode: action === 'die' ? value : null }
}

type Story = {
  readonly events: readonly ContainerEvent[]
  readonly ended?: Partial<Ended>
  /** Our restart, from and until, in milliseconds after the start. */
  readonly ours?: readonly [number, number]
  /** From when on nothing was missed, in milliseconds after the start. */
  readonly horizon?: number
}

function tell({ events, ours, horizon = -HOUR, ...story }: Story) {
  let now = 0
  const acts = createOwnActs(() => now)
  if (ours !== undefined) {
    now = STARTED + ours[0]
    const act = acts.begin('c')
    now = STARTED + ours[1]
    acts.end(act, 0)
  }
  const journal = createExitJournal(acts)
  journal.setHorizon(STARTED + horizon)
  for (const one of events) journal.take(one)
  const exitCode = events.findLast(({ action }) => action === 'die')?.exitCode ?? 0
  return causeOfExit({ ...ended, exitCode, ...story.ended }, journal.deathOf('c'))
}

const start = event('start', 1)

describe('who ended a container', () => {
  it.each([1, 137, 139, 0])('a death without a kill is a crash, whatever the exit code (%i)', (code) => {
    expect(tell({ events: [start, event('die', HOUR, code)] })).toBe('crash')
  })

  it('a stop through the engine is a person, also when KILL had to follow', () => {
    const events = [start, event('kill', HOUR, 15), event('kill', HOUR + 10_000, 9), event('die', HOUR + 10_030, 137)]
    expect(tell({ events })).toBe('person')
  })

  it('a stop signal explains any exit code within the stop timeout', () => {
    expect(tell({ events: [start, event('kill', HOUR, 15), event('die', HOUR + 14_000, 1)] })).toBe('person')
    expect(tell({ events: [start, event('kill', HOUR, 15), event('die', HOUR + 16_000, 1)] })).toBe('crash')
    const ownTimeout = { stopTimeoutSeconds: 60 }
    const patient = [start, event('kill', HOUR, 15), event('die', HOUR + 16_000, 1)]
    expect(tell({ events: patient, ended: ownTimeout })).toBe('person')
    expect(tell({ events: patient, ended: { stopTimeoutSeconds: -1 } })).toBe('person')
  })

  it("honours the image's own stop signal", () => {
    const events = [start, event('kill', HOUR, 3), event('die', HOUR + 100, 1)]
    expect(tell({ events, ended: { stopSignal: 'SIGQUIT' } })).toBe('person')
    expect(tell({ events })).toBe('crash')
  })

  it('the stop event tells of a stop that took longer than the stop timeout', () => {
    const slow = [start, event('kill', HOUR, 15), event('die', HOUR + 300_000, 1), event('stop', HOUR + 300_050)]
    expect(tell({ events: slow })).toBe('person')
  })

  it('a stop of a container that had crashed and waits to be restarted is a person', () => {
    expect(tell({ events: [start, event('die', HOUR, 3), event('stop', HOUR + 90_000)] })).toBe('person')
  })

  it('a reload signal that the process survived leaves a later crash a crash', () => {
    expect(tell({ events: [start, event('kill', 1000, 1), event('die', HOUR, 1)] })).toBe('crash')
  })

  it('a reload signal after which the process soon ended by another fault leaves it a crash', () => {
    expect(tell({ events: [start, event('kill', HOUR, 1), event('die', HOUR + 500, 1)] })).toBe('crash')
    expect(tell({ events: [start, event('kill', HOUR, 1), event('die', HOUR + 500, 137)] })).toBe('crash')
  })

  it.each([129, 0])('a reload signal that soon ended the process (%i) is a person', (code) => {
    expect(tell({ events: [start, event('kill', HOUR, 1), event('die', HOUR + 500, code)] })).toBe('person')
  })

  it('KILL explains a death however late it is reported', () => {
    expect(tell({ events: [start, event('kill', HOUR, 9), event('die', HOUR + 120_000, 137)] })).toBe('person')
  })

  it('a kill without a known signal counts as a stop', () => {
    expect(tell({ events: [start, event('kill', HOUR), event('die', HOUR + 500, 1)] })).toBe('person')
  })

  it('a stop that an earlier run of ours had begun is ours, and one death only', () => {
    const earlier = { containers: ['c'], from: STARTED + HOUR - 1000, until: STARTED + HOUR + 30_000 }
    const journal = createExitJournal(createOwnActs(() => STARTED + HOUR + 60_000, [earlier]))
    journal.setHorizon(STARTED - HOUR)
    const cause = (startedAt: string) => causeOfExit({ ...ended, exitCode: 143, startedAt }, journal.deathOf('c'))
    for (const one of [start, event('kill', HOUR, 15), event('die', HOUR + 100, 143)]) journal.take(one)
    expect(cause(ended.startedAt ?? '')).toBe('ours')
    for (const one of [event('start', HOUR + 200), event('kill', HOUR + 5000, 15), event('die', HOUR + 5100, 143)]) {
      journal.take(one)
    }
    expect(cause(new Date(STARTED + HOUR + 200).toISOString())).toBe('person')
  })

  it('our own restart is ours, and one death only', () => {
    const own = [event('kill', HOUR, 15), event('die', HOUR + 100, 143), event('stop', HOUR + 150)]
    expect(tell({ events: [start, ...own], ours: [HOUR - 5, HOUR + 400] })).toBe('ours')
    const again = [event('start', HOUR + 200), event('kill', HOUR + 300, 15), event('die', HOUR + 350, 143)]
    const startedAt = new Date(STARTED + HOUR + 200).toISOString()
    expect(tell({ events: [start, ...own, ...again], ours: [HOUR - 5, HOUR + 400], ended: { startedAt } })).toBe(
      'person',
    )
  })

  it("our own restart does not cover a person's stop before or after it", () => {
    const stop = (at: number) => [start, event('kill', at, 15), event('die', at + 100, 143)]
    expect(tell({ events: stop(HOUR - 5000), ours: [HOUR, HOUR + 400] })).toBe('person')
    expect(tell({ events: stop(HOUR + 5000), ours: [HOUR, HOUR + 400] })).toBe('person')
  })

  it("a stop that a person had begun before our restart stays a person's", () => {
    const events = [start, event('kill', HOUR - 3000, 15), event('kill', HOUR, 15), event('die', HOUR + 100, 143)]
    expect(tell({ events, ours: [HOUR - 5, HOUR + 400] })).toBe('person')
  })

  it('the same events taken twice, as a new stream repeats them, change nothing', () => {
    const events = [start, event('kill', HOUR, 15), event('die', HOUR + 100, 143)]
    expect(tell({ events: [...events, event('die', HOUR + 100, 143)] })).toBe('person')
    expect(tell({ events: [...events, ...events] })).toBe('person')
  })

  it('a death before the last start says nothing of the last end', () => {
    const events = [start, event('die', HOUR, 1)]
    const startedAt = new Date(STARTED + 2 * HOUR).toISOString()
    expect(tell({ events, ended: { startedAt, exitCode: 1, restartPolicy: 'always' } })).toBe('person')
    expect(tell({ events, ended: { startedAt, exitCode: 1 } })).toBe('unknown')
  })

  it('a death with another exit code than the container now has says nothing of its last end', () => {
    expect(tell({ events: [start, event('die', HOUR, 1)], ended: { exitCode: 0 } })).toBe('unknown')
  })

  it('a kill from before the last start does not explain a death after it', () => {
    const startedAt = new Date(STARTED + 2 * HOUR).toISOString()
    const events = [start, event('kill', HOUR, 9), event('die', 3 * HOUR, 1)]
    expect(tell({ events, ended: { startedAt } })).toBe('crash')
  })

  it('a removed container is forgotten', () => {
    expect(tell({ events: [start, event('die', HOUR, 1), event('destroy', HOUR + 1)], ended: { exitCode: 1 } })).toBe(
      'unknown',
    )
  })

  it('a death is no crash when its kill may have been missed', () => {
    expect(tell({ events: [event('die', HOUR, 137)], horizon: HOUR - 5000 })).toBe('unknown')
    expect(tell({ events: [event('die', HOUR, 137)], horizon: HOUR - 60_000 })).toBe('crash')
    expect(tell({ events: [start, event('die', 2000, 137)], horizon: 0 })).toBe('crash')
    const stopped = [event('die', HOUR, 137), event('stop', HOUR + 50)]
    expect(tell({ events: stopped, horizon: HOUR - 5000 })).toBe('person')
  })
})

describe('who ended a container whose end nobody saw', () => {
  const unseen = (facts: Partial<Ended>) => tell({ events: [], ended: facts })

  it.each([
    ['always', 'person'],
    ['unless-stopped', 'person'],
    ['no', 'unknown'],
    ['on-failure', 'unknown'],
  ] as const)('under policy %s: %s', (restartPolicy, cause) => {
    expect(unseen({ restartPolicy, exitCode: 137 })).toBe(cause)
  })

  it('out of memory is a crash, unless the policy would have restarted it', () => {
    expect(unseen({ oomKilled: true, exitCode: 137 })).toBe('crash')
    expect(unseen({ oomKilled: true, exitCode: 137, restartPolicy: 'always' })).toBe('person')
  })

  it('what Docker itself could not start was not stopped by a person', () => {
    expect(unseen({ restartPolicy: 'always', startError: 'port is already allocated', exitCode: 128 })).toBe('crash')
    expect(unseen({ state: 'created', startError: 'port is already allocated', exitCode: 128 })).toBe('crash')
    expect(unseen({ state: 'created', restartPolicy: 'always', startedAt: null })).toBe('unknown')
  })

  it('what the policy restarts has crashed; what is being removed is a person; what runs or is paused has no cause', () => {
    expect(unseen({ state: 'restarting', restartPolicy: 'always' })).toBe('crash')
    expect(unseen({ state: 'removing' })).toBe('person')
    expect([unseen({ state: 'running' }), unseen({ state: 'paused' })]).toEqual([null, null])
  })
})
