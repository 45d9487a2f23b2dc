import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { SeenIncident } from '../support/e2e/api.ts'
import { createDockerGate } from '../support/e2e/docker-gate.ts'
import { runSelfheal } from '../support/e2e/node-program.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { flagsOf, startSelfheal } from '../support/e2e/selfheal.ts'
import { startService } from '../support/e2e/services.ts'
import { engineHost } from '../support/real/engine.ts'
import { freePort } from '../support/real/free-port.ts'
import { ownFolder } from '../support/real/own-folder.ts'

const files = { 'runbooks/quick.ts': runbookText() }
const isEnded = ({ state }: SeenIncident) => state === 'ended'

/** A folder with a configuration, for a selfheal that is not to start. */
async function folderWith(config: string): Promise<string> {
  const folder = await ownFolder('selfheal')
  await writeFile(join(folder, 'selfheal.yml'), config)
  return folder
}

/** Runs `serve`, which is expected to give up by itself, with one clear message. */
async function refusedToServe(folder: string, port: number, ...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runSelfheal(['serve', ...flagsOf(folder, port), ...flags])
  expect(code, stderr).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).not.toMatch(/^\s+at /m)
  return stderr
}

describe.concurrent('serve refuses to start, with exit code 2 and a clear message,', { timeout: 120_000 }, () => {
  test('on a port that is in use or a storage that another one holds, which goes on', async () => {
    await using selfheal = await startSelfheal({ files, config: quickConfig(engineHost()) })
    const other = await folderWith('mode: observe')
    expect(await refusedToServe(other, selfheal.port)).toContain(
      `cannot listen on 127.0.0.1:${selfheal.port}: the port is in use by another program`,
    )
    const locked = await refusedToServe(selfheal.folder, await freePort())
    expect(locked).toContain(join(selfheal.folder, 'data'))
    expect(locked).toContain('stop the other selfheal')
    expect((await selfheal.get('/-/ready')).status).toBe(200)
    // What was begun for a start that failed is undone: the storage of the first refusal is free again.
    await using next = await startSelfheal({ folder: other, config: { mode: 'observe' } })
    expect((await next.get('/-/ready')).status).toBe(200)
  })

  test('on a storage path that cannot be written', async () => {
    const folder = await folderWith('mode: observe')
    await writeFile(join(folder, 'file'), '')
    const port = await freePort()
    const below = await refusedToServe(folder, port, `--storage.path=${join(folder, 'file', 'data')}`)
    expect(below).toContain('--storage.path')
    expect(await refusedToServe(folder, port, '--storage.path=/proc/selfheal')).toContain('/proc/selfheal')
  })

  test('on a configuration with faults: all of them at once, each with its place', async () => {
    const folder = await folderWith(
      ['mode: atuo', 'docker: { timeout: never, hots: x }', 'routes:', '  - match: [\'a=~"("\']', ''].join('\n'),
    )
    const said = await refusedToServe(folder, await freePort())
    const file = join(folder, 'selfheal.yml')
    for (const place of [`${file}:1:7: mode:`, `${file}:2:20: docker.timeout:`, `${file}:2:27: docker`, `${file}:4:`])
      expect(said).toContain(place)
    expect(said.trim().split('\n')).toHaveLength(4)
    expect(await readdir(folder)).toEqual(['selfheal.yml'])
  })

  test('on a configuration that is not there, and on flags that are none', async () => {
    const folder = await ownFolder('selfheal')
    expect(await refusedToServe(folder, await freePort())).toContain('selfheal.yml')
    await writeFile(join(folder, 'selfheal.yml'), '')
    expect(await refusedToServe(folder, 1, '--web.listen-address=nonsense')).toContain('host:port')
    expect(await refusedToServe(folder, 1, '--web.listen-adress=:1')).toContain('--web.listen-adress')
  })

  test('beyond loopback without tokens, with the two lines to add, which then work', async () => {
    const folder = await folderWith('{}')
    const port = await freePort()
    const everywhere = `--web.listen-address=0.0.0.0:${port}`
    const said = await refusedToServe(folder, port, everywhere)
    const line = /^ {2}(alertmanager:send:[0-9a-f]{64})$/m.exec(said)?.[1]
    const secret = /^ {2}([\w-]{43})$/m.exec(said)?.[1]
    expect(said).toContain('  web: { token_file: selfheal.tokens }')
    await writeFile(join(folder, 'selfheal.tokens'), `${line}\n`)
    await using selfheal = await startSelfheal({
      folder,
      port,
      config: { ...quickConfig(engineHost()), web: { token_file: 'selfheal.tokens' } },
      files,
    })
    const post = (headers: Record<string, string>) =>
      fetch(`${selfheal.url}/api/v1/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ version: '4', alerts: [] }),
      })
    expect((await post({})).status).toBe(401)
    expect((await post({ authorization: `Bearer ${secret}` })).status).toBe(202)
    const list = (token?: string) =>
      runSelfheal(['incidents', '--url', selfheal.url], token === undefined ? {} : { SELFHEAL_TOKEN: token })
    expect((await list()).code).toBe(6)
    expect((await list(secret)).code).toBe(6)
    expect(JSON.stringify(selfheal.lines())).not.toContain(secret)
  })
})

test('SIGTERM ends it with 0', async () => {
  await using selfheal = await startSelfheal({ files, config: quickConfig(engineHost()) })
  // Measured, not asserted; nothing else of this file runs beside it.
  console.log(`start to ready: ${(selfheal.readyMs / 1000).toFixed(2)} s`)
  expect(selfheal.lines().find(({ msg }) => msg === 'ready')).toMatchObject({ port: selfheal.port, mode: 'auto' })
  expect(await selfheal.stop()).toEqual({ code: 0, signal: null })
  expect(selfheal.lines().at(-1)).toMatchObject({ msg: 'stopped' })
})

describe.concurrent('SIGTERM', { timeout: 120_000 }, () => {
  test('within an action sees it through and writes down what came of it; the next start proves it', async () => {
    await using gate = await createDockerGate()
    await gate.open()
    await using service = await startService()
    const config = quickConfig(gate.host)
    await using selfheal = await startSelfheal({ files, config })
    await service.exitFromInside()
    await service.gone()
    const call = gate.hold(/^POST .*\/start/, 'before')
    await selfheal.post({ labels: service.down })
    await call.arrived
    selfheal.signal('SIGTERM')
    await selfheal.line('stopping')
    call.release()
    expect(await selfheal.ended).toEqual({ code: 0, signal: null })
    const phrases = selfheal.lines().map(({ msg }) => msg)
    expect(phrases.indexOf('attempt-acted')).toBeGreaterThan(phrases.indexOf('stopping'))
    expect(phrases).not.toContain('teardown step failed')
    expect(service.starts()).toBe(2)
    await using next = await startSelfheal({ config, folder: selfheal.folder })
    const { outcome, history } = await next.until(service.target, isEnded)
    expect(outcome).toBe('recovered')
    expect(history.map(({ state, proof }) => ({ state, proof }))).toEqual([{ state: 'done', proof: 'recovered' }])
    expect(service.starts()).toBe(2)
  })

  test('within a proof claims nothing; the next start begins the proof anew', async () => {
    await using service = await startService()
    const config = quickConfig(engineHost())
    const patient = { 'runbooks/quick.ts': runbookText({ stableFor: '3s', within: '10s' }) }
    await using selfheal = await startSelfheal({ files: patient, config })
    await service.exitFromInside()
    await service.gone()
    await selfheal.post({ labels: service.down })
    await selfheal.until(service.target, ({ timeline }) => timeline.some(({ kind }) => kind === 'proof-started'))
    expect(await selfheal.stop()).toEqual({ code: 0, signal: null })
    expect(selfheal.lines().map(({ msg }) => msg)).not.toContain('proof-settled')
    await using next = await startSelfheal({ files, config, folder: selfheal.folder })
    expect(await next.until(service.target, isEnded)).toMatchObject({ outcome: 'recovered', attempts: 1 })
    expect(service.starts()).toBe(2)
  })
})
