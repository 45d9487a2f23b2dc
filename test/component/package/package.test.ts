/** The package as an author gets it: built, installed into an empty folder, and used as docs/runbooks.md says. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { documentedCommands, documentedFiles } from '../../support/documented-files.ts'

const root = join(import.meta.dirname, '../../..')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'author-')))
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` }
const bin = join(folder, 'node_modules/.bin/selfheal')
const call = promisify(execFile)

/** What a fresh clone has not, or the packing does not need. */
const left = new Set(['node_modules', '.git', '.cache', 'dist', 'coverage', 'data', 'test'])

type Ended = { readonly code: number; readonly output: string }

/** Runs a program in the author's folder to its end. */
async function run(file: string, ...args: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await call(file, args, { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 })
    return { code: 0, output: stdout + stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, output: stdout + stderr }
  }
}

beforeAll(async () => {
  // Packing puts another package.json in its place for a while: not in the clone that other tests run from.
  const clone = join(folder, 'clone')
  for (const name of readdirSync(root).filter((entry) => !left.has(entry)))
    cpSync(join(root, name), join(clone, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  await call('npm', ['pack', '--pack-destination', folder], { cwd: clone, env })
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? 'no tarball')
  expect(readFileSync(join(clone, 'package.json'), 'utf8')).toBe(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(existsSync(join(clone, 'dist'))).toBe(false)
  rmSync(clone, { recursive: true })
  for (const [name, text] of Object.entries({
    ...documentedFiles,
    'package.json': '{ "private": true, "type": "module" }',
  })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
  const installed = await run('npm', 'install', ...quiet, tarball)
  expect(installed.output).toMatch(/^added \d+ packages/m)
  expect(installed.code).toBe(0)
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the installed package', () => {
  test('gives types for what an author writes, and refuses a label that the contract does not name', async () => {
    const wrong = (documentedFiles['runbooks/queue-stuck.ts'] ?? '').replace(
      /^ *summary: \(.*labels\.service\b/m,
      (line) => `// @ts-expect-error: the label contract has no such label\n${line.replace(/service$/, 'job')}`,
    )
    expect(wrong).toContain('@ts-expect-error')
    writeFileSync(join(folder, 'runbooks/wrong.test.ts'), wrong)
    const types = ['--typeRoots', join(root, 'node_modules/@types')]
    expect(await run(join(root, 'node_modules/.bin/tsc'), '-p', '.', ...types)).toEqual({ code: 0, output: '' })
    rmSync(join(folder, 'runbooks/wrong.test.ts'))
  }, 180_000)

  test("runs the author's tests, with the simulated engine", async () => {
    const tests = Object.keys(documentedFiles).filter((name) => name.endsWith('.test.ts'))
    const { code, output } = await run(process.execPath, '--test', ...tests)
    expect({ code, output }).toMatchObject({ code: 0 })
    expect(output).toMatch(/pass 4\b/)
    expect(output).not.toContain('Warning')
  })

  test('runs every command of the guide that asks no server', async () => {
    const commands = documentedCommands.filter((command) => /--offline|^check/.test(command))
    expect(commands).toHaveLength(2)
    for (const command of commands) {
      const { code, output } = await run(bin, ...command.split(' '))
      expect({ command, code, output }).toMatchObject({ code: 0 })
    }
  })

  test('checks the shipped runbooks, which are JavaScript below node_modules', async () => {
    const { code, output } = await run(bin, 'check', 'runbooks')
    expect(output).toMatch(/\d runbooks found in .*node_modules\/selfheal\/dist\/runbooks\nok\n/)
    expect(code).toBe(0)
  })

  test('serves with the runbooks of the author and the shipped ones, and stops', async () => {
    writeFileSync(
      join(folder, 'serve.yml'),
      `docker: { host: 'unix://${folder}/no.sock' }\n${documentedFiles['selfheal.yml']}`,
    )
    const flags = ['--config.file=serve.yml', '--storage.path=data', '--web.listen-address=127.0.0.1:0']
    const server = spawn(bin, ['serve', ...flags], { cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
    onTestFinished(() => void server.kill('SIGKILL'))
    const url = `http://127.0.0.1:${await portOf(server)}`
    const listed = await run(bin, 'runbooks', '--url', url)
    expect(listed.code).toBe(0)
    expect(listed.output).toMatch(/^queue-stuck .*runbooks\/queue-stuck\.ts$/m)
    expect(listed.output).toMatch(/^container-down .*dist\/runbooks\/container-down\.js$/m)
    expect(listed.output).not.toContain('not usable')
    const body = { labels: { alertname: 'QueueStuck', severity: 'critical', service: 'worker' } }
    const planned = await fetch(`${url}/api/v1/plan`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(await planned.json()).toMatchObject({ runbook: 'queue-stuck' })
    server.kill('SIGTERM')
    expect(await once(server, 'exit')).toEqual([0, null])
  })
})

/** The port in the line that says that the server is ready; its log goes to standard error. */
function portOf(server: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    if (server.stderr === null) return reject(new Error('no output'))
    const lines: string[] = []
    createInterface({ input: server.stderr }).on('line', (line) => {
      lines.push(line)
      const port = /"port":(\d+).*"msg":"ready"/.exec(line)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    server.once('exit', () => reject(new Error(`the server ended before it was ready:\n${lines.join('\n')}`)))
  })
}
