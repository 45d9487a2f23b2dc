import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startApp } from '../../../src/app.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { openConnection } from '../../../src/store/connection.ts'
import { createLog } from '../../../src/telemetry/log.ts'
import { temporaryFolder } from '../../support/temporary-store.ts'
import { notification } from '../../unit/http/fixture.ts'

const count = 20_000

const body = JSON.stringify(
  notification(
    ...Array.from({ length: count }, (_, index) => ({
      status: 'firing',
      labels: { alertname: 'Storm', instance: `host-${index}` },
      annotations: {},
      startsAt: '2026-03-01T09:59:00Z',
    })),
  ),
)

const start = async () => {
  const folder = temporaryFolder()
  const loaded = await loadConfig({ env: {}, flags: { 'docker.host': `unix://${folder}/none.sock` } })
  if (!loaded.ok) throw new Error('the defaults have faults')
  const options = { log: createLog({ level: 'silent' }), clock: systemClock }
  const listen = { host: '127.0.0.1', port: 0 }
  const app = await startApp({ settings: loaded.settings, storagePath: folder, listen, ...options })
  const connection = openConnection(join(folder, 'selfheal.db'))
  onTestFinished(async () => {
    connection.close()
    await app.stop()
  })
  const countOf = (sql: string) => {
    const query = connection.query(sql, (row) => Number(row.n))
    return () => query.get() ?? 0
  }
  return {
    url: `http://127.0.0.1:${app.port}`,
    episodes: countOf('SELECT count(*) AS n FROM episodes'),
    decided: countOf('SELECT count(*) AS n FROM episodes WHERE disposition_reason IS NOT NULL'),
  }
}

it('20,000 alerts in one notification all become episodes and are decided upon, and requests are answered in between', async () => {
  const { url, episodes, decided } = await start()
  const accepted = await fetch(`${url}/api/v1/alerts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  })
  expect(accepted.status).toBe(202)
  const seen: { readonly episodes: number; readonly decided: number }[] = []
  do {
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200)
    seen.push({ episodes: episodes(), decided: decided() })
  } while (decided() < count)
  expect(episodes()).toBe(count)
  // Answered while some alerts were episodes and others not yet, and while some were decided upon and others not yet.
  expect(seen.some((one) => one.episodes > 0 && one.episodes < count)).toBe(true)
  expect(seen.some((one) => one.decided > 0 && one.decided < count)).toBe(true)
})
