import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Timeouts } from '../../../src/http/ports.ts'
import { connectRaw, createFixture, notification, openRaw } from './fixture.ts'

const head = (headers: string): string =>
  `POST /api/v1/alerts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${headers}\r\n\r\n`

const quick: Partial<Timeouts> = { headersMs: 50, requestMs: 100, checkMs: 10 }

describe('the size of a body', () => {
  it('of 40 MiB is refused with 413 under the default limit of 32 MiB', async () => {
    const { app, results } = createFixture({ maxBodyBytes: 32 * 1024 * 1024 })
    const answer = await request(app)
      .post('/api/v1/alerts')
      .set('Content-Type', 'application/json')
      .send(Buffer.alloc(40 * 1024 * 1024, 0x20).toString())
      .expect(413)
    expect(answer.body.error.code).toBe('too-large')
    await expect.poll(() => results).toEqual(['too_large'])
  })

  it('is judged by its declaration, without waiting for the body', async () => {
    const client = await connectRaw(createFixture({ maxBodyBytes: 100 }))
    client.socket.write(head('Content-Length: 101'))
    expect(await client.answered(/\}\}$/)).toMatch(/^HTTP\/1\.1 413 [\s\S]*"too-large"/)
  })

  it('is judged as it arrives when it comes in chunks, and the sender is cut when it goes on for ever', async () => {
    const { server, results } = createFixture({ maxBodyBytes: 100, timeouts: { lingerMs: 50 } })
    const client = await connectRaw({ server })
    client.socket.write(head('Transfer-Encoding: chunked'))
    client.socket.write(`64\r\n${' '.repeat(100)}\r\n`)
    client.socket.write('1\r\n \r\n')
    expect(await client.answered(/\}\}$/)).toMatch(/^HTTP\/1\.1 413 /)
    expect(await client.closed).toMatch(/"too-large"/)
    expect(results).toEqual(['too_large'])
  })

  it('may be exactly the limit, declared or in chunks', async () => {
    const body = JSON.stringify(notification())
    const { server } = createFixture({ maxBodyBytes: body.length })
    const client = await connectRaw({ server })
    client.socket.write(head(`Content-Length: ${body.length}`) + body)
    await client.answered(/^HTTP\/1\.1 202 [\s\S]*\{"notification":1\}$/)
    client.socket.write(`${head('Transfer-Encoding: chunked')}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
    await client.answered(/\{"notification":2\}$/)
  })

  it('does not end the connection when the rest of the body arrives after the answer', async () => {
    const client = await connectRaw(createFixture({ maxBodyBytes: 1000 }))
    client.socket.write(head('Content-Length: 2000'))
    await client.answered(/^HTTP\/1\.1 413 [\s\S]*\}\}$/)
    client.socket.write(`${' '.repeat(2000)}GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await client.answered(/HTTP\/1\.1 200 [\s\S]*"healthy"\}$/)
  })
})

it('the rest of a body in chunks that is too large is thrown away, and the connection serves the next request', async () => {
  const client = await connectRaw(createFixture({ maxBodyBytes: 100 }))
  client.socket.write(`${head('Transfer-Encoding: chunked')}65\r\n${' '.repeat(101)}\r\n`)
  await client.answered(/^HTTP\/1\.1 413 [\s\S]*\}\}$/)
  const chunk = ' '.repeat(0x10000)
  for (let index = 0; index < 64; index += 1) client.socket.write(`10000\r\n${chunk}\r\n`)
  client.socket.write('0\r\n\r\nGET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await client.answered(/HTTP\/1\.1 200 [\s\S]*"healthy"\}$/)
})

describe('a client that misbehaves', () => {
  it('and cuts its body in the middle leaves nothing behind', async () => {
    const { server, store, results, lines } = createFixture()
    const client = await connectRaw({ server })
    client.socket.write(`${head('Content-Length: 1000')}{"version":"4",`)
    client.socket.end()
    await client.closed
    await expect.poll(() => results).toEqual(['rejected'])
    expect(store.ledger.pendingNotifications(1)).toEqual([])
    expect(lines.join('')).not.toContain('"level":50')
  })

  it('and resets its connection in the middle is logged once and harms nobody', async () => {
    const { server, lines, results, app } = createFixture()
    const client = await connectRaw({ server })
    client.socket.write(`${head('Content-Length: 1000')}{"version":"4",`)
    client.socket.resetAndDestroy()
    await expect.poll(() => results).toEqual(['rejected'])
    const logged = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'client went away')
    expect(logged).toHaveLength(1)
    expect(logged[0]).toMatchObject({ route: 'POST /api/v1/alerts', status: null })
    await request(app).get('/-/healthy').expect(200)
  })

  it('and goes away before the answer does not undo the commit', async () => {
    const asked = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<number>()
    const told: number[] = []
    const { server, lines, results } = createFixture(({ inbox }) => ({
      inbox: {
        ...inbox,
        accepted: ({ id }) => told.push(id),
        acceptNotification: () => {
          asked.resolve()
          return commit.promise
        },
      },
    }))
    const client = await connectRaw({ server })
    const body = JSON.stringify(notification())
    client.socket.write(head(`Content-Length: ${body.length}`) + body)
    await asked.promise
    client.socket.destroy()
    await expect.poll(() => lines.join('')).toContain('client went away')
    commit.resolve(3)
    await expect.poll(() => results).toEqual(['accepted'])
    expect(told).toEqual([3])
  })

  it('and drips its headers is cut', async () => {
    const client = await connectRaw(createFixture({ timeouts: { headersMs: 50, checkMs: 10 } }))
    client.socket.write('POST /api/v1/alerts HTTP/1.1\r\nHost: loc')
    expect(await client.closed).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('and drips its body is cut, and nothing of it is kept', async () => {
    const { server, store, letters } = createFixture({ timeouts: quick })
    const client = await connectRaw({ server })
    client.socket.write(`${head('Content-Length: 1000')}{`)
    const drip = setInterval(() => client.socket.write(' '), 10)
    await client.closed
    clearInterval(drip)
    expect(store.ledger.pendingNotifications(1)).toEqual([])
    expect(letters).toEqual([])
  })

  it('and speaks no HTTP is answered with 400', async () => {
    const client = await connectRaw(createFixture())
    client.socket.write('\x16\x03\x01\x02\x00\r\n\r\n')
    expect(await client.closed).toMatch(/^HTTP\/1\.1 400 /)
  })
})

describe('closing', () => {
  it('answers what is in flight, refuses what comes after, and does not wait for idle clients', async () => {
    const asked = Promise.withResolvers<void>()
    const commit = Promise.withResolvers<number>()
    const { server } = createFixture(({ inbox }) => ({
      inbox: {
        ...inbox,
        acceptNotification: () => {
          asked.resolve()
          return commit.promise
        },
      },
    }))
    const { address, port } = await server.listen({ host: '127.0.0.1', port: 0 })
    const idle = openRaw(address, port)
    idle.socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await idle.answered(/healthy/)
    const client = openRaw(address, port)
    const body = JSON.stringify(notification())
    client.socket.write(head(`Content-Length: ${body.length}`) + body)
    await asked.promise
    const closed = server.close(60_000)
    await idle.closed
    const late = openRaw(address, port)
    late.socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(await late.closed).toBe('')
    commit.resolve(9)
    expect(await client.closed).toMatch(/^HTTP\/1\.1 202 [\s\S]*\{"notification":9\}$/)
    await closed
  })

  it('cuts at the deadline what is not answered', async () => {
    const asked = Promise.withResolvers<void>()
    const { server } = createFixture(({ inbox }) => ({
      inbox: {
        ...inbox,
        acceptNotification: () => {
          asked.resolve()
          return new Promise(() => {})
        },
      },
    }))
    const client = await connectRaw({ server })
    const body = JSON.stringify(notification())
    client.socket.write(head(`Content-Length: ${body.length}`) + body)
    await asked.promise
    await server.close(20)
    expect(await client.closed).toBe('')
  })

  it('a server that never listened resolves, and a second call as well', async () => {
    const { server } = createFixture()
    await server.close(10)
    await server.close(10)
  })
})

describe('listening', () => {
  it('on a port in use fails with words that name the address and the reason', async () => {
    const first = createFixture()
    const { port } = await first.server.listen({ host: '127.0.0.1', port: 0 })
    const second = createFixture()
    await expect(second.server.listen({ host: '127.0.0.1', port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the port is in use by another program`,
    )
  })

  it('answers with the address and the port that were bound', async () => {
    const { server } = createFixture()
    const bound = await server.listen({ host: '127.0.0.1', port: 0 })
    expect(bound).toEqual({ address: '127.0.0.1', port: expect.any(Number) })
    expect(bound.port).toBeGreaterThan(0)
  })
})
