import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createHttpProbe } from '../../../src/probe/http-probe.ts'

const probe = createHttpProbe()
const signal = new AbortController().signal

const listen = async (server: Server): Promise<number> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

const http = async (answer: RequestListener) => `http://127.0.0.1:${await listen(createHttpServer(answer))}/health`
const tcp = async (onConnection: (socket: Socket) => void) =>
  `http://127.0.0.1:${await listen(createTcpServer(onConnection))}/`

describe('a probe', () => {
  it.each([200, 204, 404, 500, 503])('answers the status %i', async (status) => {
    const url = await http((_, response) => response.writeHead(status).end())
    expect(await probe.get(url, 2000, signal)).toEqual({ kind: 'status', status })
  })

  it('takes a redirect for an answer and does not follow it', async () => {
    let asked = 0
    const url = await http((_, response) => {
      asked += 1
      response.writeHead(302, { Location: '/' }).end()
    })
    expect(await probe.get(url, 2000, signal)).toEqual({ kind: 'status', status: 302 })
    expect(asked).toBe(1)
  })

  it('is over with the status, even if the body never ends', async () => {
    const url = await http((_, response) => response.writeHead(200).write('x'))
    expect(await probe.get(url, 2000, signal)).toEqual({ kind: 'status', status: 200 })
  })

  it('asks over a new connection each time', async () => {
    const ports = new Set<number | undefined>()
    const url = await http((request, response) => {
      ports.add(request.socket.remotePort)
      response.end()
    })
    for (let count = 0; count < 3; count += 1) await probe.get(url, 2000, signal)
    expect(ports.size).toBe(3)
  })

  it('says that nobody answers where the connection is refused', async () => {
    const server = createTcpServer()
    const free = await listen(server)
    server.close()
    await once(server, 'close')
    expect(await probe.get(`http://127.0.0.1:${free}/`, 2000, signal)).toEqual({
      kind: 'no-answer',
      detail: 'connection refused (ECONNREFUSED)',
    })
  })

  it.each<[string, (socket: Socket) => void]>([
    ['reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['closed', (socket) => socket.once('data', () => socket.end())],
    ['answered with no HTTP', (socket) => socket.once('data', () => socket.end('hello\r\n'))],
  ])('says that nobody answers where the connection is %s', async (_, onConnection) => {
    const url = await tcp((socket) => {
      socket.on('error', () => {})
      onConnection(socket)
    })
    expect(await probe.get(url, 2000, signal)).toMatchObject({ kind: 'no-answer' })
  })

  it('says that nobody answers in time', async () => {
    const url = await http(() => {})
    expect(await probe.get(url, 50, signal)).toEqual({ kind: 'no-answer', detail: 'no answer within 50 ms' })
  })

  it('says that nobody answers where TLS fails', async () => {
    const url = await http((_, response) => response.end())
    expect(await probe.get(url.replace('http:', 'https:'), 2000, signal)).toMatchObject({ kind: 'no-answer' })
  })

  it.each([
    // A label of more than 63 letters is refused before anybody is asked.
    ['a name that nobody knows', `http://${'a'.repeat(64)}.invalid/`],
    ['another protocol', 'ftp://127.0.0.1/'],
    ['no address', 'hello'],
  ])('cannot tell for %s', async (_, url) => {
    expect(await probe.get(url, 10_000, signal)).toMatchObject({ kind: 'unknown' })
  })

  it('cannot tell when it is no longer waited for', async () => {
    const stop = new AbortController()
    const url = await http(() => stop.abort(new Error('over')))
    expect(await probe.get(url, 10_000, stop.signal)).toEqual({ kind: 'unknown', detail: 'no longer waited for' })
    expect(await probe.get(url, 10_000, stop.signal)).toEqual({ kind: 'unknown', detail: 'no longer waited for' })
  })
})
