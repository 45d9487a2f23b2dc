/** Every secret that selfheal is given is planted, and looked for in everything that leaves the process and in its storage. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { notificationOf } from '../support/e2e/api.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { startSelfheal } from '../support/e2e/selfheal.ts'
import { endsAtOnce, startService } from '../support/e2e/services.ts'
import { engineHost } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'

const secrets = {
  token: 'planted-token-0a1b2c',
  prometheus: 'planted-bearer-3d4e5f',
  alertmanager: 'planted-password-6a7b8c',
  webhook: 'planted-path-9d0e1f',
  query: 'planted-query-2a3b4c',
  header: 'planted-header-5d6e7f',
}
const alertmanagerPair = Buffer.from(`selfheal:${secrets.alertmanager}`).toString('base64')
const forms = [...Object.values(secrets), alertmanagerPair, createHash('sha256').update(secrets.token).digest('hex')]

/** A system that refuses everybody, repeating in its answer what it was sent. */
async function startTattler() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers.authorization}`)
    response.writeHead(request.method === 'POST' ? 400 : 403, { 'content-type': 'application/json' })
    const found = `not you: ${request.headers.authorization} ${request.url}`
    response.end(JSON.stringify({ status: 'error', errorType: 'bad_data', error: found, message: found }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    seen,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('no secret of the configuration or of a request is in the log at any level, an answer, an event or the storage', async () => {
  await using tattler = await startTattler()
  await using service = await startService({ script: endsAtOnce })
  await service.gone()
  await using selfheal = await startSelfheal({
    files: {
      'runbooks/quick.ts': runbookText({
        rungs: ['start'],
        verify: "[query({ expr: 'up', is: '>', than: 0, window: '1s' })]",
      }),
    },
    config: {
      ...quickConfig(engineHost()),
      prometheus: { url: tattler.url, bearer_token: secrets.prometheus, scrape_interval: '1s' },
      alertmanagers: [{ url: tattler.url, basic_auth: { username: 'selfheal', password: secrets.alertmanager } }],
      escalation: { webhooks: [{ name: 'pager', url: `${tattler.url}/${secrets.webhook}?key=${secrets.query}` }] },
      log: { level: 'trace' },
    },
  })
  const hidden = { authorization: `Bearer ${secrets.header}`, cookie: `session=${secrets.header}` }
  const answer = await fetch(`${selfheal.url}/api/v1/alerts?token=${secrets.header}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...hidden },
    body: JSON.stringify(notificationOf([{ labels: service.down }])),
  })
  expect(answer.status).toBe(202)
  const { id } = await selfheal.until(service.target, ({ state }) => state === 'escalated')
  await eventually('both ways tried', async () => {
    const { timeline } = (await selfheal.incident(service.target)) ?? { timeline: [] }
    const failed = timeline.filter(({ kind }) => kind === 'escalation-failed').map(({ data }) => JSON.stringify(data))
    return failed.some((text) => text.includes('pager')) && failed.some((text) => text.includes('alertmanager'))
  })
  // They were used, each where it belongs.
  const used = tattler.seen.join('\n')
  for (const form of [secrets.prometheus, alertmanagerPair, secrets.webhook, secrets.query])
    expect(used).toContain(form)

  const paths = ['incidents', `incidents/${id}`, 'alerts', 'runbooks', 'deadletters', 'status'].map(
    (path) => `/api/v1/${path}`,
  )
  const answers = await Promise.all(
    [...paths, '/metrics', '/-/ready'].map(async (path) => {
      const response = await fetch(`${selfheal.url}${path}`, { headers: hidden })
      return `${path} ${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`
    }),
  )
  expect(answers.filter((text) => / 200 /.test(text))).toHaveLength(answers.length)
  await selfheal.stop()
  const data = join(selfheal.folder, 'data')
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const stored = files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
  expect(stored.join('')).toContain(service.service)
  const said = { answers: answers.join('\n'), log: JSON.stringify(selfheal.lines()), stored: stored.join('\n') }
  expect(said.log).toContain('"debug"')
  const undelivered = selfheal.lines().filter(({ msg }) => msg === 'escalation not delivered')
  expect(undelivered).toContainEqual(
    expect.objectContaining({ receiver: 'alertmanager', found: expect.stringMatching(/400.*\[redacted\]/) }),
  )
  for (const [where, text] of Object.entries(said)) {
    expect([where, forms.filter((form) => text.includes(form))]).toEqual([where, []])
  }
}, 120_000)
