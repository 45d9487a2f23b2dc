/** A server with its surroundings, for tests: real storage in a folder of its own, everything else recorded. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { onTestFinished } from 'vitest'
import { readNotification } from '../../../src/alert/notification.ts'
import { type Role, roles, type Token } from '../../../src/config/settings.ts'
import type { HttpDeps, NotificationResult, Receipt } from '../../../src/http/ports.ts'
import { createHttp } from '../../../src/http/server.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createDecisions } from '../../../src/remediation/people/decisions.ts'
import { createPauses } from '../../../src/remediation/people/pauses.ts'
import { openStore } from '../../../src/store/open-store.ts'

export const at = Date.parse('2026-03-01T10:00:00.000Z')

/** One token for each role; the secret of `read` is `secret-of-read`. */
export const secretOf = (role: Role): string => `secret-of-${role}`

export const tokens: readonly Token[] = roles.map((role) => ({
  name: `the-${role}`,
  role,
  sha256: createHash('sha256').update(secretOf(role)).digest('hex'),
}))

export const alert = (labels: Record<string, string> = { alertname: 'Down', service: 'web' }) => ({
  status: 'firing',
  labels,
  annotations: { summary: 'it is down' },
  startsAt: '2026-03-01T09:59:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: '0123456789abcdef',
})

export const notification = (...alerts: readonly unknown[]) => ({
  version: '4',
  groupKey: '{}:{alertname="Down"}',
  status: 'firing',
  receiver: 'selfheal',
  alerts: alerts.length === 0 ? [alert()] : alerts,
})

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

type Letter = { readonly body: Buffer; readonly reason: string; readonly detail: string }

export type Fixture = ReturnType<typeof createFixture>

/** Everything is given back when the test has finished. */
export function createFixture(overrides: Partial<HttpDeps> | ((deps: HttpDeps) => Partial<HttpDeps>) = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'selfheal-http-'))
  const store = openStore({ path: folder, now: () => at })
  const letters: Letter[] = []
  const receipts: Receipt[] = []
  const results: NotificationResult[] = []
  const requests: { readonly route: string; readonly status: number }[] = []
  const lines: string[] = []
  const kicked: string[] = []
  const usual: HttpDeps = {
    inbox: {
      readNotification,
      acceptNotification: store.inbox.accept,
      accepted: (receipt) => receipts.push(receipt),
      deadLetter: (letter) => {
        letters.push(letter)
        store.deadLetters.record({ ...letter, at })
      },
      listDeadLetters: store.deadLetters.list,
    },
    ledger: store.ledger,
    pauses: createPauses(
      { ledger: store.ledger, clock: { ...systemClock, now: () => at }, log: silent },
      { kick: () => {} },
    ),
    status: () => ({
      docker: { local: 'up' },
      prometheus: 'up',
      alertmanager: ['up'],
      storm: false,
      paused: false,
      mode: 'auto',
    }),
    isReady: () => ({ ready: true, reason: '' }),
    isDraining: () => false,
    runbooks: () => ({ loaded: [], broken: [{ file: 'bad.ts', detail: 'it throws' }] }),
    reload: async () => ({ isReloaded: true, changed: ['mode'] }),
    plan: async (planned) => ({ decision: 'no-route', planned }),
    decisions: createDecisions({
      ledger: store.ledger,
      clock: { ...systemClock, now: () => at },
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      settings: { approvalTimeoutMs: 3_600_000 },
      escalationsChanged: () => {},
      kick: (target) => kicked.push(target),
      isHeld: () => false,
      toldOnce: () => ['webhook'],
    }),
    tokens: [],
    maxBodyBytes: 64 * 1024,
    externalUrl: null,
    log: pino({ level: 'debug' }, { write: (line: string) => lines.push(line) }),
    metrics: {
      countNotification: (result) => results.push(result),
      observeRequest: (route, status) => requests.push({ route, status }),
      render: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    },
    clock: { now: () => at },
  }
  const deps = { ...usual, ...(typeof overrides === 'function' ? overrides(usual) : overrides) }
  const server = createHttp(deps)
  onTestFinished(async () => {
    await server.close(0)
    store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { deps, server, app: server.app, store, letters, receipts, results, requests, lines, kicked }
}

/** A raw connection to a listening server, with everything that it answered so far. */
export type RawClient = {
  readonly socket: Socket
  /** Resolves with what was answered, once that matches. Rejects when the connection ends before. */
  readonly answered: (pattern: RegExp) => Promise<string>
  /** Resolves with everything that was answered when the server has closed the connection. */
  readonly closed: Promise<string>
}

export async function connectRaw({ server }: Pick<Fixture, 'server'>): Promise<RawClient> {
  const { address, port } = await server.listen({ host: '127.0.0.1', port: 0 })
  return openRaw(address, port)
}

export function openRaw(host: string, port: number): RawClient {
  const socket = connect({ host, port })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('utf8')
  })
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
  })
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)))
  const answered = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(text)) resolve(text)
      }
      socket.on('data', look)
      socket.once('close', () => reject(new Error(`closed after: ${text}`)))
      look()
    })
  return { socket, answered, closed }
}
