import { mkdirSync, writeFileSync } from 'node:fs'
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

describe('check runbooks', () => {
  it('finds the shipped ones good, without being told where they are', async () => {
    expect(await run(['check', 'runbooks'])).toEqual({ code: 0, stdout: '', stderr: 'ok\n' })
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
    expect(asJson).toMatchObject({ code: 1, stderr: '' })
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, faults: [{}, {}] })
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
