import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type AppOptions, CannotStart, startApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createLog } from '../../../src/telemetry/log.ts'

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'selfheal-app-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Everything by default, on a Docker that is not there. */
const optionsFor = async (storagePath: string, port = 0): Promise<AppOptions> => {
  const loaded = await loadConfig({ env: {}, flags: { 'docker.host': `unix://${storagePath}/none.sock` } })
  if (!loaded.ok) throw new Error('the defaults have faults')
  const { settings } = loaded
  const log = createLog({ level: 'silent' })
  return { settings, storagePath, listen: { host: '127.0.0.1', port }, log, clock: systemClock }
}

const start = async (storagePath: string, port = 0) => {
  const app = await startApp(await optionsFor(storagePath, port))
  onTestFinished(() => app.stop())
  return { ...app, get: async (path: string) => fetch(`http://127.0.0.1:${app.port}${path}`) }
}

describe('a selfheal without Docker', () => {
  it('is ready, for alerts must still be accepted, and says what is missing', async () => {
    const app = await start(folder())
    expect((await app.get('/-/ready')).status).toBe(200)
    expect(await (await app.get('/api/v1/status')).json()).toMatchObject({
      ...{ docker: { local: 'down' }, prometheus: null, alertmanager: [], storm: false, paused: false, mode: 'advise' },
    })
    expect(await (await app.get('/metrics')).text()).toContain('selfheal_dependency_up{dependency="docker"} 0')
  })

  it('gives everything free when it is stopped, once or twice: the next one starts on the same port and storage', async () => {
    const path = folder()
    const first = await start(path)
    await Promise.all([first.stop(), first.stop()])
    const next = await start(path, first.port)
    expect((await next.get('/-/healthy')).status).toBe(200)
  })
})

describe('what cannot be started', () => {
  it('on a port in use is undone, down to the lock of the storage', async () => {
    const first = await start(folder())
    const path = folder()
    await expect(start(path, first.port)).rejects.toThrow(CannotStart)
    await expect(start(path, first.port)).rejects.toThrow(/cannot listen on 127\.0\.0\.1:\d+: the port is in use/)
    await start(path)
    expect((await first.get('/-/ready')).status).toBe(200)
  })

  it('on a storage that another one holds leaves that one alone', async () => {
    const path = folder()
    const first = await start(path)
    await expect(start(path)).rejects.toThrow(CannotStart)
    await expect(start(path)).rejects.toThrow(/stop the other selfheal/)
    expect((await first.get('/-/ready')).status).toBe(200)
  })
})
