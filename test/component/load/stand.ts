/** A server on a real storage whose connection the test holds, and clients for it. */
import { Agent, request } from 'node:http'
import { onTestFinished } from 'vitest'
import { createInbox } from '../../../src/store/inbox.ts'
import { openMigratedConnection, temporaryFolder } from '../../support/temporary-store.ts'
import { createFixture, openRaw } from '../../unit/http/fixture.ts'

/** What a post was answered with. */
export type Answer = { readonly status: number; readonly body: string }

/** A server that listens; what it accepts goes to `connection`. */
export async function startStand(overrides: Parameters<typeof createFixture>[0] = {}) {
  const folder = temporaryFolder()
  const connection = openMigratedConnection(folder)
  const inbox = createInbox(connection)
  const fixture = createFixture((deps) => ({
    inbox: { ...deps.inbox, acceptNotification: inbox.accept },
    ...(typeof overrides === 'function' ? overrides(deps) : overrides),
  }))
  const { port } = await fixture.server.listen({ host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1000 })
  onTestFinished(() => agent.destroy())
  const stored = connection.query('SELECT body FROM notifications ORDER BY id', (row) => String(row.body))
  return {
    ...fixture,
    folder,
    connection,
    port,
    stored: () => stored.all(),
    post: (body: string) => post(agent, port, body),
    healthy: () => get(agent, port, '/-/healthy'),
    connectRaw: () => openRaw('127.0.0.1', port),
    logged: () => fixture.lines.map((line): Record<string, unknown> => JSON.parse(line)),
  }
}

/** Asks for a path; resolves with the status. */
export function get(agent: Agent, port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, path }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end()
  })
}

/** Posts a notification. */
export function post(agent: Agent, port: number, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
    const path = '/api/v1/alerts'
    const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Head of a request that posts to the webhook. */
export const head = (header: string): string =>
  `POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${header}\r\n\r\n`
