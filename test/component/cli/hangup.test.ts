import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { aFolder, aRunbook, write } from '../runbook/runbook-folder.ts'
import { aTemporaryFolder } from './temporary-folder.ts'

const main = join(import.meta.dirname, '../../../src/main.ts')

type Line = { readonly msg: string; readonly level: string; readonly [field: string]: unknown }

/** A running `serve` on a Docker that is not there, with the lines of its log. */
const serve = (runbooks: string, { host = '127.0.0.1', tokens = '' } = {}) => {
  const folder = aTemporaryFolder()
  const config = join(folder, 'selfheal.yml')
  writeFileSync(
    config,
    `docker: { host: 'unix://${folder}/none.sock' }\nrunbooks: { folders: ['${runbooks}'], deadline: 10s }\n${tokens}`,
  )
  const args = ['serve', '--config.file', config, '--storage.path', join(folder, 'data')]
  const child = spawn(process.execPath, [main, ...args, '--web.listen-address', `${host}:0`], {
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const reader = createInterface({ input: child.stderr })
  const lines: Line[] = []
  reader.on('line', (line) => lines.push(JSON.parse(line)))
  const logged = async (phrase: RegExp): Promise<Line> => {
    for (;;) {
      const at = lines.findIndex(({ msg }) => phrase.test(msg))
      const [line] = at === -1 ? [] : lines.splice(0, at + 1).slice(-1)
      if (line !== undefined) return line
      await Promise.race([
        once(reader, 'line'),
        once(reader, 'close').then(() => Promise.reject(new Error('it ended'))),
      ])
    }
  }
  return { child, config, ended, logged }
}

it('serve takes SIGHUP for a reload, whatever comes of it, and goes on', {
  timeout: 60_000,
}, async () => {
  const runbooks = aFolder({ 'one.ts': aRunbook() })
  const { child, config, ended, logged } = serve(runbooks)
  const { port } = await logged(/^ready$/)
  write(runbooks, 'two.ts', aRunbook({ name: 'two' }))
  child.kill('SIGHUP')
  expect(await logged(/^(not )?reloaded/)).toMatchObject({ level: 'info', runbooks: 2, faults: 0, changed: [] })
  write(runbooks, 'one.ts', 'no runbook any more')
  child.kill('SIGHUP')
  expect(await logged(/^(not )?reloaded/)).toMatchObject({ level: 'error', found: [expect.stringContaining('one.ts')] })
  const exposition = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(exposition).toContain('selfheal_config_last_reload_successful 0')
  const refused = await fetch(`http://127.0.0.1:${port}/-/reload`, { method: 'POST' })
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(join(runbooks, 'one.ts'))])
  await logged(/^not reloaded/)
  write(runbooks, 'one.ts', aRunbook())
  // Written as editors do it: another file in the place of the old one.
  const text = readFileSync(config, 'utf8')
  writeFileSync(`${config}.new`, `mode: observe\n${text}`)
  renameSync(`${config}.new`, config)
  expect(await logged(/^(not )?reloaded/)).toMatchObject({ level: 'info', changed: ['mode'] })
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

it('serve that listens beyond loopback does not take a configuration without tokens', { timeout: 60_000 }, async () => {
  const folder = aFolder({ tokens: `a:admin:${'ab'.repeat(32)}\n`, 'one.ts': aRunbook() })
  const tokens = `web: { token_file: '${folder}/tokens' }\n`
  const { child, config, ended, logged } = serve(folder, { host: '0.0.0.0', tokens })
  const { port } = await logged(/^ready$/)
  writeFileSync(config, readFileSync(config, 'utf8').replace(tokens, ''))
  child.kill('SIGHUP')
  expect(await logged(/^(not )?reloaded/)).toMatchObject({
    level: 'error',
    found: [expect.stringContaining('web.token_file: found no token')],
  })
  expect((await fetch(`http://127.0.0.1:${port}/api/v1/status`)).status).toBe(401)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
