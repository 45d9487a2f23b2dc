import { expect, it } from 'vitest'
import { notification } from '../../unit/http/fixture.ts'
import { head, startStand } from './stand.ts'

const body = JSON.stringify(notification())
const quick = { headersMs: 100, requestMs: 200, checkMs: 20 }

it('a client that drips its body is cut at the limit for requests, and holds up nobody meanwhile', async () => {
  const stand = await startStand({ timeouts: quick })
  const drip = stand.connectRaw()
  drip.socket.write(head(`Content-Length: ${body.length}`))
  let at = 0
  const dripping = setInterval(() => {
    if (!drip.socket.destroyed && at < body.length / 2) drip.socket.write(body[at++] ?? '')
  }, 5)
  const others: number[] = []
  drip.socket.once('close', () => clearInterval(dripping))
  while (!drip.socket.destroyed) others.push((await stand.post(body)).status)
  expect(await drip.closed).toMatch(/^HTTP\/1\.1 408 /)
  expect(others.length).toBeGreaterThan(0)
  expect(new Set(others)).toEqual(new Set([202]))
  expect(stand.stored()).toHaveLength(others.length)
  expect(stand.letters).toEqual([])
})

it('a body that is cut in the middle leaves neither a notification nor a dead letter, and its connection ends', async () => {
  const stand = await startStand()
  const client = stand.connectRaw()
  client.socket.end(`${head(`Content-Length: ${body.length}`)}${body.slice(0, body.length / 2)}`)
  await client.closed
  await expect.poll(() => stand.results).toEqual(['rejected'])
  expect(stand.stored()).toEqual([])
  expect(stand.letters).toEqual([])
  expect((await stand.post(body)).status).toBe(202)
})

it('a body in chunks of a byte is the same notification', async () => {
  const stand = await startStand()
  const client = stand.connectRaw()
  client.socket.write(head('Transfer-Encoding: chunked'))
  for (const character of body) client.socket.write(`1\r\n${character}\r\n`)
  client.socket.write('0\r\n\r\n')
  expect(await client.answered(/\}$/)).toMatch(/^HTTP\/1\.1 202 /)
  expect(stand.stored()).toEqual([body])
})

it('more bodies than there is memory for are told to come again, and are taken once others are done', async () => {
  const limit = 10_000
  const stand = await startStand({ maxBodyBytes: limit })
  const whole = body.padEnd(limit, ' ')
  const [begin, rest] = [whole.slice(0, -1), whole.slice(-1)]
  const clients = Array.from({ length: 6 }, () => stand.connectRaw())
  const answered = clients.map((client) => client.answered(/\}$/))
  for (const { socket } of clients) socket.write(head(`Content-Length: ${limit}`) + begin)
  // Four of the largest bodies fit; the two others are answered before their last byte.
  const first = await Promise.any(answered)
  expect(first).toMatch(/^HTTP\/1\.1 503 [\s\S]*"unavailable"/)
  await expect.poll(() => stand.results).toEqual(['unavailable', 'unavailable'])
  for (const { socket } of clients) socket.write(rest)
  const statuses = (await Promise.all(answered)).map((text) => text.slice(9, 12))
  expect(statuses.toSorted()).toEqual(['202', '202', '202', '202', '503', '503'])
  expect(stand.stored()).toEqual([whole, whole, whole, whole])
  expect((await stand.post(whole)).status).toBe(202)
})
