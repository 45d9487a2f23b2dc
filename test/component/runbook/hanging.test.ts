import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aFolder, aHost, aRunbook, restarted, seen } from './runbook-folder.ts'

describe('author code that never returns', () => {
  const hanging = aRunbook({ name: 'hanging', plan: '() => { while (true) {} }' })
  const files = { 'a-hanging.ts': hanging, 'one.ts': aRunbook(), 'two.ts': aRunbook({ name: 'two' }) }
  const options = { deadlineMs: 700, loadDeadlineMs: 10_000 }

  test('is broken until a reload, and calls that waited behind it are answered by a new thread', async () => {
    const folder = aFolder(files)
    const host = await aHost(folder, options)
    const answers = await Promise.all([
      host.plan('hanging', 0, seen),
      host.plan('one', 0, seen),
      host.plan('hanging', 0, seen),
      host.plan('two', 0, seen),
      host.summarise('one', seen),
    ])
    const [first, second, third, fourth, fifth] = answers
    expect(first).toEqual({ kind: 'broken', detail: 'did not return within 700 ms' })
    expect(second).toEqual(restarted)
    expect(third).toEqual({
      kind: 'broken',
      detail: expect.stringContaining('out of use until the runbooks are reloaded'),
    })
    expect(fourth).toEqual(restarted)
    expect(fifth).toBe('told of web')
    expect(host.faults).toEqual([
      {
        file: join(folder, 'a-hanging.ts'),
        found: 'plan did not return within 700 ms',
        expected: 'a pure function that looks at its argument and returns',
      },
    ])
    expect(host.list().map((info) => info.name)).toEqual(['hanging', 'one', 'two'])
    expect((await host.reload()).isSwapped).toBe(true)
    expect(host.faults).toEqual([])
  })

  test('does not keep a summary from people', async () => {
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ summary: '() => { while (true) {} }' }) }), options)
    expect(await host.summarise('one', seen)).toBe('The summary of one')
    expect(await host.summarise('one', seen)).toBe('The summary of one')
    expect(await host.plan('one', 0, seen)).toMatchObject({ kind: 'broken' })
  })

  test('can be stopped', async () => {
    const host = await aHost(aFolder(files), { deadlineMs: 60_000 })
    const answer = host.plan('hanging', 0, seen)
    await host.plan('none', 0, seen)
    await host.stop()
    expect(await answer).toMatchObject({ kind: 'broken' })
    expect(await host.plan('one', 0, seen)).toEqual({ kind: 'broken', detail: 'the runbooks are stopped' })
  })

  test('is broken as well when it ends its thread by force', async () => {
    const plan = '() => process.reallyExit(3)'
    const folder = aFolder({ ...files, 'a-hanging.ts': aRunbook({ name: 'hanging', plan }) })
    const host = await aHost(folder)
    const [first, second] = await Promise.all([host.plan('hanging', 0, seen), host.plan('one', 0, seen)])
    expect(first).toEqual({ kind: 'broken', detail: expect.stringMatching(/^the thread ended with code 3/) })
    expect(second).toEqual(restarted)
    expect(host.faults).toHaveLength(1)
  })

  test.each([700, 1500])('is not confused with a host that was stalled for %d ms', async (ms) => {
    const plan = '({ target }) => { const end = Date.now() + 100; while (Date.now() < end); return [restart(target)] }'
    const host = await aHost(aFolder({ 'one.ts': aRunbook({ plan }) }), { deadlineMs: 500, loadDeadlineMs: 10_000 })
    const answer = host.plan('one', 0, seen)
    await new Promise(setImmediate)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    expect(await answer).toEqual(restarted)
  })
})
