import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { aFolder, aRunbook, write } from '../runbook/runbook-folder.ts'
import { aTemporaryFolder } from './temporary-folder.ts'

const main = join(import.meta.dirname, '../../../src/main.ts')

type Line = { readonly msg: string; readonly level: string; readonly [field: string]: unknown }

/** A running `serve` on a Docker that is not there, with the lines of its log. */
const serve = (runbooks: string) => {
  const folder = aTemporaryFolder()
  const config = join(folder, 'selfheal.yml')
  writeFileSync(
    config,
    `docker: { host: 'unix://${folder}/none.sock' }\nrunbooks: { folders: ['${runbooks}'], deadline: 10s }\n`,
  )
  const args = ['serve', '--config.file', config, '--storage.path', join(folder, 'data')]
  const child = spawn(process.execPath, [main, ...args, '--web.listen-address', '127.0.0.1:0'], {
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
  return { child, ended, logged }
}

it('serve takes SIGHUP for a reload of the runbooks, whatever comes of it, and goes on', {
  timeout: 60_000,
}, async () => {
  const runbooks = aFolder({ 'one.ts': aRunbook() })
  const { child, ended, logged } = serve(runbooks)
  const { port } = await logged(/^ready$/)
  write(runbooks, 'two.ts', aRunbook({ name: 'two' }))
  child.kill('SIGHUP')
  expect(await logged(/^runbooks (not )?reloaded/)).toMatchObject({ level: 'info', runbooks: 2, faults: 0 })
  write(runbooks, 'one.ts', 'no runbook any more')
  child.kill('SIGHUP')
  expect(await logged(/^runbooks (not )?reloaded/)).toMatchObject({ level: 'error', runbooks: 2, faults: 1 })
  const exposition = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(exposition).toContain('selfheal_config_last_reload_successful 0')
  const refused = await fetch(`http://127.0.0.1:${port}/-/reload`, { method: 'POST' })
  expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining(join(runbooks, 'one.ts'))])
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})
