/** Bodies that come in tiny pieces. */
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { readBody } from '../../../src/http/read-body.ts'

const heapAfterCollection = (): number => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

it('a body in pieces of one byte takes the room of its bytes, not that of its pieces, and loses none of them', async () => {
  const total = 200_000
  let taken = 0
  const budget = {
    take: (bytes: number): boolean => {
      taken += bytes
      return true
    },
    giveBack: () => {},
  }
  const bodies: Promise<Buffer>[] = []
  const server = createServer((request) => bodies.push(readBody(request, { maxBytes: 2 * total, budget })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const socket = connect(address.port, '127.0.0.1')
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  const before = heapAfterCollection()
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n')
  for (let start = 0; start < total; start += 10) {
    socket.write([...'0123456789'].map((digit) => `1\r\n${digit}\r\n`).join(''))
  }
  await expect.poll(() => taken, { timeout: 20_000 }).toBe(total)
  expect(heapAfterCollection() - before).toBeLessThan(10_000_000)
  socket.write('0\r\n\r\n')
  expect(String(await bodies[0])).toBe('0123456789'.repeat(total / 10))
}, 30_000)
