import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aFolder, aHost, aRunbook, restarted, seen, write } from './runbook-folder.ts'

const names = (host: Awaited<ReturnType<typeof aHost>>) => host.list().map((info) => info.name)

describe('a reload', () => {
  test('takes changed, new and removed files', async () => {
    const folder = aFolder({ 'one.ts': aRunbook({ plan: '() => []' }), 'two.ts': aRunbook({ name: 'two' }) })
    const host = await aHost(folder)
    expect(await host.plan('one', 0, seen)).toEqual({ kind: 'actions', actions: [] })
    write(folder, 'one.ts', aRunbook())
    write(folder, 'three.ts', aRunbook({ name: 'three' }))
    rmSync(join(folder, 'two.ts'))
    expect(await host.reload()).toEqual({ isSwapped: true, faults: [] })
    expect(names(host)).toEqual(['one', 'three'])
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
    expect(await host.plan('two', 0, seen)).toMatchObject({ kind: 'broken' })
  })

  test('takes the others when only a new file is broken', async () => {
    const folder = aFolder({ 'one.ts': aRunbook() })
    const host = await aHost(folder)
    write(folder, 'new.ts', 'export default 1')
    write(folder, 'two.ts', aRunbook({ name: 'two' }))
    const { isSwapped, faults } = await host.reload()
    expect(isSwapped).toBe(true)
    expect(faults.map((fault) => fault.file)).toEqual([join(folder, 'new.ts')])
    expect(host.faults).toEqual(faults)
    expect(names(host)).toEqual(['one', 'two'])
  })

  test('keeps the whole last good set when a file that was fine is broken, until it is repaired', async () => {
    const folder = aFolder({ 'one.ts': aRunbook(), 'two.ts': aRunbook({ name: 'two' }) })
    const host = await aHost(folder)
    write(folder, 'one.ts', aRunbook({ ladder: '[]' }))
    write(folder, 'two.ts', aRunbook({ name: 'renamed' }))
    const { isSwapped, faults } = await host.reload()
    expect(isSwapped).toBe(false)
    expect(faults).toEqual([
      { file: join(folder, 'one.ts'), line: 13, column: 3, property: 'ladder', found: '[]', expected: '1 to 16 rungs' },
    ])
    expect(host.faults).toEqual(faults)
    expect(names(host)).toEqual(['one', 'two'])
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
    write(folder, 'one.ts', aRunbook())
    expect(await host.reload()).toEqual({ isSwapped: true, faults: [] })
    expect(names(host)).toEqual(['one', 'renamed'])
  })

  test('keeps the last good set when the folder is gone', async () => {
    const folder = aFolder({ 'one.ts': aRunbook() })
    const host = await aHost(folder)
    rmSync(folder, { recursive: true })
    expect(await host.reload()).toMatchObject({ isSwapped: false, faults: [{ file: folder, found: 'nothing' }] })
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  })

  test('that was not taken leaves the last good sources in use, even when the thread must be replaced', async () => {
    const act = (body: string) =>
      `import { restart, type Target } from 'selfheal'\nexport const act = (target: Target) => ${body}\n`
    const folder = aFolder({
      'one.ts': aRunbook({ before: "import { act } from './parts/act.ts'", plan: '({ target }) => act(target)' }),
      'parts/act.ts': act('[restart(target)]'),
      'hanging.ts': aRunbook({ name: 'hanging', plan: '() => { while (true) {} }' }),
    })
    const host = await aHost(folder, { deadlineMs: 700, loadDeadlineMs: 10_000 })
    write(folder, 'one.ts', 'no runbook any more')
    rmSync(join(folder, 'parts'), { recursive: true })
    expect((await host.reload()).isSwapped).toBe(false)
    expect(await host.plan('hanging', 0, seen)).toMatchObject({ kind: 'broken' })
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  })

  test('loses no call that is made meanwhile', async () => {
    const folder = aFolder({ 'one.ts': aRunbook() })
    const host = await aHost(folder)
    const reloads = [host.reload(), host.reload()]
    const answers = await Promise.all(Array.from({ length: 200 }, () => host.plan('one', 0, seen)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(restarted)]))
    expect((await Promise.all(reloads)).map(({ isSwapped }) => isSwapped)).toEqual([true, true])
    expect(await host.plan('one', 0, seen)).toEqual(restarted)
  })
})
