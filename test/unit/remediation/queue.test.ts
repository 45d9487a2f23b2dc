import { expect, test } from 'vitest'
import { again, idle, type Next, wait } from '../../../src/remediation/next.ts'
import { createQueue, type Queue } from '../../../src/remediation/queue.ts'
import { drain, VirtualClock } from '../../support/virtual-clock.ts'

type Step = { readonly target: string; readonly signal: AbortSignal; readonly end: (next: Next | Error) => void }

class Watched {
  readonly clock = new VirtualClock()
  /** Steps that are running. */
  readonly running: Step[] = []
  readonly begun: string[] = []
  readonly failures: string[] = []
  readonly queue: Queue = createQueue({
    clock: this.clock,
    failed: (target, error) => this.failures.push(`${target}: ${String(error)}`),
    step: (target, signal) =>
      new Promise((resolve, reject) => {
        this.begun.push(target)
        const step: Step = {
          target,
          signal,
          end: (next) => {
            this.running.splice(this.running.indexOf(step), 1)
            if (next instanceof Error) reject(next)
            else resolve(next)
          },
        }
        this.running.push(step)
      }),
  })

  async end(target: string, next: Next | Error): Promise<void> {
    this.running.find((step) => step.target === target)?.end(next)
    await drain()
  }
}

test('one step at a time runs on a target, and targets are stepped side by side', async () => {
  const { queue, running, begun } = new Watched()
  for (const target of ['a', 'b', 'a', 'a', 'c']) queue.kick(target)
  await drain()
  expect(running.map(({ target }) => target)).toEqual(['a', 'b', 'c'])
  expect(begun).toEqual(['a', 'b', 'c'])
  expect(queue.size()).toBe(3)
})

test('a kick during a step is not lost, whatever the step says, and many kicks are one', async () => {
  for (const next of [idle, wait(30_000), again]) {
    const watched = new Watched()
    watched.queue.kick('a')
    await drain()
    for (let kick = 0; kick < 5; kick += 1) watched.queue.kick('a')
    await watched.end('a', next)
    expect(watched.begun).toEqual(['a', 'a'])
    await watched.end('a', idle)
    expect(watched.begun).toEqual(['a', 'a'])
    expect(watched.queue.size()).toBe(0)
  }
})

test('a kick ends a wait at once', async () => {
  const watched = new Watched()
  watched.queue.kick('a')
  await watched.end('a', wait(30_000))
  expect(watched.running).toEqual([])
  watched.queue.kick('a')
  await drain()
  expect(watched.begun.length).toBe(2)
  expect(watched.clock.monotonic()).toBe(0)
  expect(watched.clock.timers()).toBe(0)
})

test('a wait ends by itself', async () => {
  const watched = new Watched()
  watched.queue.kick('a')
  await watched.end('a', wait(12_000))
  await watched.clock.run(11_999)
  expect(watched.begun.length).toBe(1)
  await watched.clock.run(1)
  expect(watched.begun.length).toBe(2)
})

test('a step that throws is reported and tried again after a pause, and the other targets do not notice', async () => {
  const watched = new Watched()
  for (const target of ['a', 'b']) watched.queue.kick(target)
  await watched.end('a', new Error('disk full'))
  expect(watched.failures).toEqual(['a: Error: disk full'])
  expect(watched.running.map(({ target }) => target)).toEqual(['b'])
  await watched.clock.run(5_000)
  expect(watched.running.map(({ target }) => target)).toEqual(['b', 'a'])
})

test('stopping aborts waits and steps, waits for the steps, and starts nothing more', async () => {
  const watched = new Watched()
  for (const target of ['a', 'b']) watched.queue.kick(target)
  await watched.end('b', wait(30_000))
  let isStopped = false
  void watched.queue.stop().then(() => {
    isStopped = true
  })
  await drain()
  expect(isStopped).toBe(false)
  expect(watched.running[0]?.signal.aborted).toBe(true)
  watched.queue.kick('c')
  await watched.end('a', new Error('stopping'))
  expect(isStopped).toBe(true)
  expect(watched.failures).toEqual([])
  expect(watched.begun).toEqual(['a', 'b'])
  expect(watched.queue.size()).toBe(0)
})

test('a target that becomes idle can be kicked into life again', async () => {
  const watched = new Watched()
  for (let round = 1; round <= 3; round += 1) {
    watched.queue.kick('a')
    await watched.end('a', idle)
    expect(watched.begun.length).toBe(round)
  }
})
