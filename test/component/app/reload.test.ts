import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFileWatch } from '../../../src/app/file-watch.ts'
import { startApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/telemetry/log.ts'
import { waitFor } from '../../support/wait-for.ts'
import { aFolder, aRunbook, write } from '../runbook/runbook-folder.ts'

type Line = { readonly msg: string; readonly level: string; readonly [field: string]: unknown }

const tokenLine = (name: string, role: string, secret: string): string =>
  `${name}:${role}:${createHash('sha256').update(secret).digest('hex')}\n`

/** A running selfheal on a Docker that is not there, with a configuration that can be rewritten. */
const start = async (text: string, { isWatched = false } = {}) => {
  const folder = aFolder({ 'one.ts': aRunbook() })
  const file = join(folder, 'selfheal.yml')
  const fixed = `docker: { host: 'unix://${folder}/none.sock' }\nrunbooks: { folders: [.], deadline: 10s }\n`
  const configure = (keys: string) => writeFileSync(file, fixed + keys)
  configure(text)
  const load = () => loadConfig({ file, env: {} })
  const loaded = await load()
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  const lines: Line[] = []
  const { settings } = loaded
  const log = createLog({
    level: settings.log.level,
    destination: { write: (line: string) => void lines.push(JSON.parse(line)) },
  })
  const watch = isWatched ? createFileWatch({ file, settleMs: 10 }) : null
  const app = await startApp({
    ...{ settings, source: { load, watch }, storagePath: join(folder, 'data'), log, clock: systemClock },
    listen: { host: '127.0.0.1', port: 0 },
  })
  onTestFinished(() => app.stop())
  const ask = async (path: string, { method = 'GET', secret = '', body = null as unknown } = {}) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${app.port}${path}`, {
      ...{ method, headers },
      ...(body !== null && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, text: await answer.text() }
  }
  const status = async () => JSON.parse((await ask('/api/v1/status')).text)
  const gauge = async () => /^selfheal_config_last_reload_successful (\d)/m.exec((await ask('/metrics')).text)?.[1]
  const told = () => lines.filter(({ msg }) => /^(not )?reloaded/.test(msg))
  return { app, folder, file, fixed, configure, ask, status, gauge, told, lines }
}

describe('a reload of the configuration', () => {
  it('is in force at once, everywhere, and says which keys changed', async () => {
    const { app, configure, ask, status, told, gauge } = await start('mode: advise\n')
    const plan = async () => {
      const body = { labels: { alertname: 'Down', symptom: 'down', service: 'web', team: 'a' } }
      return JSON.parse((await ask('/api/v1/plan', { method: 'POST', body })).text).route
    }
    expect((await plan()).map(({ route }: { route: string }) => route)).not.toContain('routes[0]')
    configure(`mode: observe\nroutes: [{ match: ['team="a"'], runbook: one }]\nlimits: { cooldown: 7m }\n`)
    await app.reload()
    expect((await status()).mode).toBe('observe')
    expect(await plan()).toMatchObject([{ route: 'routes[0]', sets: { runbook: 'one' } }])
    expect(told()).toMatchObject([{ level: 'info', changed: ['mode', 'limits.cooldown', 'routes'], runbooks: 1 }])
    expect(await gauge()).toBe('1')
  })

  it('is answered with the keys that changed, or with what is wrong', async () => {
    const { configure, ask } = await start('')
    configure('mode: auto\n')
    const reload = () => ask('/-/reload', { method: 'POST' })
    expect(JSON.parse((await reload()).text)).toEqual({ changed: ['mode'], loaded: 1, broken: [] })
    configure('mode: atuo\n')
    const refused = await reload()
    expect(refused.status).toBe(409)
    expect(JSON.parse(refused.text).error).toEqual({
      code: 'not-reloaded',
      message: expect.stringMatching(/^the configuration has faults; .*selfheal\.yml:3:7: mode: found "atuo"/),
    })
  })

  it.each<[string, string, RegExp]>([
    ['a fault', 'mode: atuo\n', /mode: found .*atuo/],
    ['what is no YAML', 'mode: [', /expected YAML/],
    [
      'a key that needs a restart',
      'web: { max_body_size: 1MiB }\nmode: auto\n',
      /web\.max_body_size .*after a restart/,
    ],
    [
      'a route to a runbook that does not exist',
      'routes: [{ match: [a=b], runbook: no }]\nmode: auto\n',
      /routes\[0\]\.runbook: found .*no/,
    ],
    [
      'a parameter that the runbook does not take',
      'routes: [{ match: [a=b], runbook: one, parameters: { x: 1 } }]\nmode: auto\n',
      /routes\[0\]\.parameters\.x/,
    ],
  ])('with %s is not taken, and what was good stays as a whole', async (_, text, why) => {
    const { app, configure, folder, status, told, gauge, ask } = await start('mode: advise\n')
    write(folder, 'two.ts', aRunbook({ name: 'two' }))
    configure(text)
    await app.reload()
    expect((await status()).mode).toBe('advise')
    expect(JSON.parse((await ask('/api/v1/runbooks')).text).runbooks).toHaveLength(1)
    expect(told()).toMatchObject([{ level: 'error' }])
    expect(JSON.stringify(told())).toMatch(why)
    expect(await gauge()).toBe('0')
    configure('mode: advise\n')
    await app.reload()
    expect(await gauge()).toBe('1')
    expect(JSON.parse((await ask('/api/v1/runbooks')).text).runbooks).toHaveLength(2)
  })

  it('is not taken where a runbook that was fine is not any more: the new settings are not in force either', async () => {
    const { app, configure, folder, status, gauge } = await start('mode: advise\n')
    write(folder, 'one.ts', 'no runbook any more')
    configure('mode: auto\n')
    await app.reload()
    expect([(await status()).mode, await gauge()]).toEqual(['advise', '0'])
  })

  it('is not taken from a file that was emptied, as one that is being written is for a moment', async () => {
    const { app, file, fixed, configure, status, gauge, told } = await start('mode: auto\nreopen_limit: 5\n')
    for (const text of ['', '# nothing but a comment\n']) {
      writeFileSync(file, text)
      await app.reload()
      expect([(await status()).mode, await gauge()]).toEqual(['auto', '0'])
    }
    expect(JSON.stringify(told())).toContain('the configuration is empty')
    configure('mode: observe\n')
    await app.reload()
    expect([(await status()).mode, await gauge()]).toEqual(['observe', '1'])
    expect(readFileSync(file, 'utf8')).toBe(`${fixed}mode: observe\n`)
  })

  it('takes other folders of runbooks', async () => {
    const { app, folder, file, fixed, ask } = await start('')
    const other = aFolder({ 'two.ts': aRunbook({ name: 'two' }), 'three.ts': aRunbook({ name: 'three' }) })
    writeFileSync(file, fixed.replace('folders: [.]', `folders: ['${other}']`))
    await app.reload()
    const names = async () =>
      JSON.parse((await ask('/api/v1/runbooks')).text)
        .runbooks.map(({ name }: { name: string }) => name)
        .sort()
    expect(await names()).toEqual(['three', 'two'])
    write(other, 'two.ts', 'no runbook any more')
    write(folder, 'one.ts', aRunbook({ name: 'changed' }))
    await app.reload()
    expect(await names()).toEqual(['three', 'two'])
  })

  it('changes how much is logged', async () => {
    const { app, configure, told, lines, ask } = await start('')
    configure('log: { level: error }\n')
    await app.reload()
    const before = lines.length
    configure('log: { level: error }\nmode: auto\n')
    await app.reload()
    await ask('/api/v1/status')
    expect(lines.slice(before)).toEqual([])
    configure('')
    await app.reload()
    expect(told().at(-1)).toMatchObject({ changed: ['mode', 'log.level'] })
  })

  it('follows a change of the file by itself', async () => {
    const { configure, status, told, file } = await start('', { isWatched: true })
    configure('mode: auto\n')
    await waitFor(async () => expect((await status()).mode).toBe('auto'))
    writeFileSync(`${file}.other`, 'what else lies in the folder')
    configure('mode: observe\n')
    await waitFor(async () => expect((await status()).mode).toBe('observe'))
    expect(told()).toHaveLength(2)
  })

  it('one after the other leaves the last one in force', async () => {
    const { app, configure, status } = await start('')
    configure('mode: auto\n')
    const first = app.reload()
    const second = app.reload()
    await first
    configure('mode: observe\n')
    await Promise.all([second, app.reload()])
    expect((await status()).mode).toBe('observe')
  })
})

describe('a selfheal with tokens', () => {
  it('takes those of the file as they are now, for the webhook and for the API', async () => {
    const folder = aFolder({ tokens: tokenLine('old', 'admin', 'old-secret') })
    const { ask, told } = await start(`web: { token_file: '${folder}/tokens' }\n`)
    const statuses = async (secret: string) => {
      const body = { version: '4', receiver: 'selfheal', groupKey: '{}', status: 'firing', alerts: [] }
      const posted = await ask('/api/v1/alerts', { method: 'POST', secret, body })
      return [posted.status, (await ask('/api/v1/status', { secret })).status]
    }
    const old = await statuses('old-secret')
    expect(old).not.toContain(401)
    expect(await statuses('new-secret')).toEqual([401, 401])
    write(folder, 'tokens', tokenLine('new', 'admin', 'new-secret'))
    expect((await ask('/-/reload', { method: 'POST', secret: 'old-secret' })).status).toBe(200)
    expect(await statuses('new-secret')).toEqual(old)
    expect(await statuses('old-secret')).toEqual([401, 401])
    expect(told()).toMatchObject([{ changed: ['web.token_file'] }])
    write(folder, 'tokens', 'spoilt')
    const refused = await ask('/-/reload', { method: 'POST', secret: 'new-secret' })
    expect(refused.status).toBe(409)
    expect(await statuses('new-secret')).toEqual(old)
    expect(JSON.stringify(told())).not.toContain('secret')
  })
})
