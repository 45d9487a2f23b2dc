/** Credentials as Alertmanager sends them, and what becomes of notifications without good ones. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendAlerts } from '../support/e2e/alert-source.ts'
import { ages, createScene, type ReceivingStand, startReceivingStand } from '../support/e2e/receiving-stand.ts'
import { eventually } from '../support/real/eventually.ts'

const secrets = { send: 'sender-secret-1f3a', read: 'reader-secret-77c2' }
const tokenFile = Object.entries(secrets)
  .map(([role, secret]) => `the-${role}:${role}:${createHash('sha256').update(secret).digest('hex')}\n`)
  .join('')
const bearer = (credentials: string) => ({ http_config: { authorization: { credentials } } })
const basic = Buffer.from(`somebody:${secrets.send}`).toString('base64')
let stand: ReceivingStand

beforeAll(async () => {
  stand = await startReceivingStand({
    scenes: {
      bearer: { webhook: bearer(secrets.send) },
      basic: { webhook: { http_config: { basic_auth: { username: 'somebody', password: secrets.send } } } },
      anonymous: {},
      reader: { webhook: bearer(secrets.read) },
    },
    files: { tokens: tokenFile },
    config: () => ({ web: { token_file: 'tokens' }, log: { level: 'trace' } }),
  })
})
afterAll(() => stand?.[Symbol.asyncDispose]())

const getAsReader = async (path: string) => {
  const headers = { authorization: `Bearer ${secrets.read}` }
  const response = await fetch(`${stand.selfheal.url}${path}`, { headers })
  return { status: response.status, body: await response.json() }
}

describe.concurrent.each(ages)('the %s Alertmanager', (age) => {
  const sceneOf = (name: string) => {
    const { url } = stand.alertmanagers[age]
    return createScene({ name, age, url, selfheal: { get: getAsReader, metric: stand.selfheal.metric } })
  }

  test('sends a bearer token, and is let in', async () => {
    const { lane, url, alert, until } = sceneOf('bearer')
    await sendAlerts(url, [alert()])
    const [delivery] = await stand.gate.answered(lane, 1)
    expect(delivery).toMatchObject({ status: 202, headers: { authorization: `Bearer ${secrets.send}` } })
    await until('the alert', ({ length }) => length === 1)
  })

  test('sends the token as a password, and is let in', async () => {
    const { lane, url, alert, until } = sceneOf('basic')
    await sendAlerts(url, [alert()])
    const [delivery] = await stand.gate.answered(lane, 1)
    expect(delivery).toMatchObject({ status: 202, headers: { authorization: `Basic ${basic}` } })
    await until('the alert', ({ length }) => length === 1)
  })

  test('posts again at each group interval what was answered 401 or 403, and is told no secret', async () => {
    const refused = { anonymous: 401, reader: 403 }
    for (const [name, status] of Object.entries(refused)) {
      const { lane, url, alert, episodes } = sceneOf(name)
      await sendAlerts(url, [alert()])
      const tries = await stand.gate.answered(lane, 3)
      expect(tries.slice(0, 3).map(({ answered }) => answered)).toEqual([status, status, status])
      expect(await episodes()).toEqual([])
    }
    // What is answered is written into Alertmanager's log.
    const log = () => stand.alertmanagers[age].readLog()
    await eventually(
      'the answers in its log',
      () => /a known token is needed/.test(log()) && /the role read does not/.test(log()),
    )
    for (const secret of [...Object.values(secrets), basic]) {
      expect(log()).not.toContain(secret)
      expect(JSON.stringify(stand.selfheal.lines())).not.toContain(secret)
    }
  })
})

test('the webhook takes no other method, with or without a token, and never redirects', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'GET']) {
    for (const path of ['/api/v1/alerts', '/api/v1/alerts/', '//api/v1/alerts']) {
      const ask = (headers: Record<string, string>) =>
        fetch(`${stand.selfheal.url}${path}`, {
          method,
          headers: { 'user-agent': 'Alertmanager/0.33.1', ...headers },
          redirect: 'manual',
        })
      const known = !path.startsWith('//')
      expect((await ask({})).status).toBe(known ? 401 : 404)
      const isRead = method === 'GET' || method === 'HEAD'
      const asSender = await ask({ authorization: `Bearer ${secrets.send}` })
      expect([method, path, asSender.status]).toEqual([method, path, known ? (isRead ? 403 : 405) : 404])
      const asReader = await ask({ authorization: `Bearer ${secrets.read}` })
      expect([method, path, asReader.status]).toEqual([method, path, known ? 405 : 404])
    }
  }
})
