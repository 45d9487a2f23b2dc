import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run } from './capture.ts'
import { aTemporaryFolder } from './temporary-folder.ts'

const shipped = fileURLToPath(new URL('../../../runbooks', import.meta.url))

const configOf = (text: string): string => {
  const file = join(aTemporaryFolder(), 'selfheal.yml')
  writeFileSync(file, text)
  return file
}

describe('check config', () => {
  it('says ok beside the result, and warns of what is hardly meant', async () => {
    expect(await run(['check', 'config', configOf('mode: auto')])).toEqual({ code: 0, stdout: '', stderr: 'ok\n' })
    const warned = await run(['check', 'config', configOf('{ mode: auto, ceiling: observe }')])
    expect(warned).toMatchObject({ code: 0, stdout: '' })
    expect(warned.stderr).toMatch(/^warning: .*ceiling/)
  })

  it('lists all faults at once, each with file, place, found and expected, and ends with 1', async () => {
    const file = configOf('mode: atuo\nlog: { level: loud }\n')
    const { code, stdout, stderr } = await run(['check', 'config', file])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^${file}:1:7: mode: found "atuo", expected .*advise`)),
      expect.stringMatching(new RegExp(`^${file}:2:15: log\\.level: found "loud", expected .*info`)),
    ])
  })

  it('gives the same as JSON on standard output, and nothing beside it', async () => {
    const { code, stdout, stderr } = await run(['check', 'config', configOf('mode: atuo'), '-o', 'json'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      faults: [{ line: 1, column: 7, path: 'mode', found: '"atuo"' }],
    })
    expect(JSON.parse((await run(['check', 'config', configOf(''), '-o', 'json'])).stdout)).toEqual({
      ok: true,
      faults: [],
    })
  })

  it('ends with 2 where there is no file to find faults in', async () => {
    const { code, stdout, stderr } = await run(['check', 'config', '/nowhere/selfheal.yml'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('/nowhere/selfheal.yml')
    expect(await run(['check', 'config', '/nowhere/selfheal.yml', '-o', 'json'])).toMatchObject({ code: 2, stderr: '' })
  })

  it('shows no secret', async () => {
    const file = configOf(`prometheus: { url: "\${ADDRESS}", bearer_token: "\${TOKEN}" }`)
    const { code, stdout, stderr } = await run(['check', 'config', file], {
      ADDRESS: 'nonsense-4711',
      TOKEN: 'a b-4711',
    })
    expect(code).toBe(1)
    expect(stdout + stderr).not.toContain('4711')
  })
})

describe('check config, of routes', () => {
  it('reports a runbook that does not exist, with its place and what is meant perhaps', async () => {
    const file = configOf(
      'routes:\n  - match: [a=b]\n    runbook: unresponsive\n  - { match: [a=b], runbook: no-such }\n',
    )
    const { code, stderr } = await run(['check', 'config', file])
    expect(code).toBe(1)
    expect(stderr).toBe(
      `${file}:4:30: routes[1].runbook: found "no-such", expected one of container-down, error-spike, target-down, unresponsive\n`,
    )
    const near = await run(['check', 'config', configOf('routes: [{ match: [a=b], runbook: container_down }]')])
    expect(near.stderr).toContain('(did you mean container-down?)')
  })

  it('knows the runbooks of the folders that the configuration names, and no others', async () => {
    const file = configOf('runbooks: { folders: [own] }\nroutes: [{ match: [a=b], runbook: unresponsive }]')
    const own = join(file, '../own')
    mkdirSync(own)
    expect((await run(['check', 'config', file])).stderr).toContain('found "unresponsive", expected a loaded runbook')
    copyFileSync(join(shipped, 'unresponsive.ts'), join(own, 'mine.ts'))
    expect(await run(['check', 'config', file])).toEqual({ code: 0, stdout: '', stderr: 'ok\n' })
  })

  it('warns of runbooks that do not load: a route may have named them', async () => {
    const file = configOf('runbooks: { folders: [own, none] }')
    mkdirSync(join(file, '../own'))
    writeFileSync(join(file, '../own/broken.ts'), 'export default 7')
    const { code, stderr } = await run(['check', 'config', file])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: .*own\/broken\.ts/m)
    expect(stderr).toMatch(/^warning: .*\/none: found nothing/m)
  })
})

describe('check runbooks', () => {
  it('finds the shipped ones good, without being told where they are', async () => {
    const stderr = `4 runbooks found in ${shipped}\nok\n`
    expect(await run(['check', 'runbooks'])).toEqual({ code: 0, stdout: '', stderr })
    expect(await run(['check', 'runbooks', shipped])).toMatchObject({ code: 0 })
  })

  it('lists the faults of all files, and ends with 1', async () => {
    const folder = aTemporaryFolder()
    writeFileSync(join(folder, 'half.ts'), 'export default defineRunbook({')
    writeFileSync(join(folder, 'none.ts'), 'export default 7')
    const { code, stdout, stderr } = await run(['check', 'runbooks', folder])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    for (const file of ['half.ts', 'none.ts']) expect(stderr).toContain(join(folder, file))
    const asJson = await run(['check', 'runbooks', folder, '-o', 'json'])
    expect(asJson).toMatchObject({ code: 1, stderr: `2 runbooks found in ${folder}\n` })
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, faults: [{}, {}] })
  })

  it('takes a folder without a runbook for a fault, beside folders that have some', async () => {
    const [empty, one] = [aTemporaryFolder(), aTemporaryFolder()]
    writeFileSync(join(empty, 'notes.md'), '')
    copyFileSync(join(shipped, 'unresponsive.ts'), join(one, 'unresponsive.ts'))
    const { code, stdout, stderr } = await run(['check', 'runbooks', one, empty])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      `1 runbook found in ${one}`,
      `no runbook found in ${empty}`,
      expect.stringMatching(`^${empty}: found no runbook, expected a file that ends with \\.ts`),
    ])
    const asJson = await run(['check', 'runbooks', empty, '-o', 'json'])
    expect(asJson.code).toBe(1)
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, faults: [{ file: empty, found: 'no runbook' }] })
  })

  it('takes either folders or a configuration', async () => {
    const args = ['check', 'runbooks', shipped, '--config.file', configOf('')]
    expect(await run(args)).toMatchObject({ code: 2, stdout: '' })
  })

  it('looks where a configuration says', async () => {
    const file = configOf('runbooks: { folders: [own] }')
    mkdirSync(join(file, '../own'))
    writeFileSync(join(file, '../own/none.ts'), 'export default 7')
    const { code, stderr } = await run(['check', 'runbooks', '--config.file', file])
    expect(code).toBe(1)
    expect(stderr).toContain('own/none.ts')
  })

  it('ends with 2 for a folder that cannot be read', async () => {
    const { code, stderr } = await run(['check', 'runbooks', '/nowhere/runbooks'])
    expect(code).toBe(2)
    expect(stderr).toContain('/nowhere/runbooks')
  })
})
