import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { run } from './capture.ts'
import { aTemporaryFolder } from './temporary-folder.ts'

const shipped = fileURLToPath(new URL('../../../prometheus/alertmanager.yml', import.meta.url))

const fileOf = (name: string, text: string): string => {
  const file = join(aTemporaryFolder(), name)
  writeFileSync(file, text)
  return file
}

const careless = `
route: { receiver: selfheal, repeat_interval: 3m }
receivers:
  - name: selfheal
    webhook_configs: [{ url: 'http://selfheal:9196/api/v1/alerts', max_alerts: 3, http_config: { follow_redirects: false } }]
`

describe('check alertmanager', () => {
  it('says ok of the file that ships', async () => {
    expect(await run(['check', 'alertmanager', shipped])).toEqual({ code: 0, stdout: '', stderr: 'ok\n' })
    const json = await run(['check', 'alertmanager', shipped, '-o', 'json'])
    expect({ ...json, stdout: JSON.parse(json.stdout) }).toEqual({
      code: 0,
      stdout: { ok: true, faults: [], warnings: [], notes: [] },
      stderr: '',
    })
  })

  it('lists all faults and warnings at once, each with its place, and ends with 1', async () => {
    const file = fileOf('alertmanager.yml', careless)
    const { code, stdout, stderr } = await run(['check', 'alertmanager', file])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining(`${file}:2:8: fault: route.group_by: found one group for all targets`),
      expect.stringContaining(`${file}:2:8: warning: route: found alerts that nobody but selfheal is told of`),
      expect.stringContaining(`${file}:2:8: fault: route: found selfheal's own alerts`),
      expect.stringContaining(`${file}:2:8: fault: route: found escalations that reach nobody`),
      expect.stringContaining(`${file}:5:80: fault: receivers[0].webhook_configs[0].max_alerts: found 3`),
    ])
    const json = JSON.parse((await run(['check', 'alertmanager', file, '-o', 'json'])).stdout)
    expect(json).toMatchObject({ ok: false, faults: { length: 4 }, warnings: { length: 1 }, notes: [] })
    expect(json.faults[0]).toMatchObject({ file, line: 2, column: 8, path: 'route.group_by' })
  })

  it('holds the file against the configuration of selfheal', async () => {
    const file = fileOf('alertmanager.yml', careless)
    const config = fileOf('selfheal.yml', 'limits: { cooldown: 5m }')
    const { stderr } = await run(['check', 'alertmanager', file, '--config.file', config])
    expect(stderr).toContain('route.repeat_interval: found 3m, below the cooldown of selfheal, expected at least 5m')
  })

  it('takes the word of --receiver for who posts to selfheal', async () => {
    const { code, stderr } = await run(['check', 'alertmanager', shipped, '--receiver', 'pager'])
    expect(code).toBe(1)
    expect(stderr).toContain('receivers[1].webhook_configs[0].url: found the path "/alerts"')
    expect((await run(['check', 'alertmanager', shipped, '--receiver', 'nobody'])).stderr).toContain(
      'no receiver "nobody"',
    )
  })

  it('ends with 2 where there is no file to find faults in', async () => {
    const { code, stdout, stderr } = await run(['check', 'alertmanager', '/nowhere/alertmanager.yml'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('/nowhere/alertmanager.yml:1:1: fault: found no file')
  })
})
