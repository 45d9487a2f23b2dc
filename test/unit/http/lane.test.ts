/** The webhook's lane and the way through Express: the same request, the same answer, the same line, the same counts. */
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createFixture, notification, secretOf, tokens } from './fixture.ts'

type Case = { readonly headers?: readonly string[]; readonly body?: string; readonly deps?: object }

const valid = JSON.stringify(notification())
const json = 'Content-Type: application/json'

/** A query string sends the same notification through Express. */
const ways = { lane: '/api/v1/alerts', express: '/api/v1/alerts?' } as const

const send = async (way: keyof typeof ways, { headers = [json], body = valid, deps = {} }: Case) => {
  const fixture = createFixture({ maxBodyBytes: 2_000, ...deps })
  const { address, port } = await fixture.server.listen({ host: '127.0.0.1', port: 0 })
  const socket = connect({ host: address, port })
  const isChunked = headers.some((header) => header.startsWith('Transfer-Encoding'))
  const framed = isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
  const length = isChunked ? [] : [`Content-Length: ${body.length}`]
  const head = [`POST ${ways[way]} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...length, ...headers]
  socket.write(`${head.join('\r\n')}\r\n\r\n${framed}`)
  let answer = ''
  for await (const chunk of socket.setEncoding('utf8')) answer += chunk
  await expect.poll(() => fixture.requests).toHaveLength(1)
  const [top = '', text = ''] = answer.split('\r\n\r\n')
  const [status, ...lines] = top.split('\r\n')
  return {
    status,
    headers: lines.filter((line) => !line.startsWith('Date:')).toSorted(),
    text,
    requests: fixture.requests,
    results: fixture.results,
    letters: fixture.letters.map(({ detail }) => detail),
    stored: fixture.store.ledger.pendingNotifications(10).map((entry) => String(entry.body)),
    lines: fixture.lines.map((line) => ({ ...JSON.parse(line), time: 0, durationMs: 0 })),
  }
}

const full = Object.assign(new Error('no space left on device'), { code: 'full' })

describe.each<[string, string, Case]>([
  ['a notification', '202', {}],
  ['one with a token', '202', { headers: [json, `Authorization: Bearer ${secretOf('send')}`], deps: { tokens } }],
  ['one in chunks', '202', { headers: [json, 'Transfer-Encoding: chunked'] }],
  ['one without a token', '401', { deps: { tokens } }],
  [
    'one with a token that may only read',
    '403',
    { headers: [json, `Authorization: Bearer ${secretOf('read')}`], deps: { tokens } },
  ],
  ['one from a page', '403', { headers: [json, 'Origin: https://evil.example'] }],
  ['one of another type', '415', { headers: ['Content-Type: text/plain'] }],
  ['one that is too large', '413', { body: valid.padEnd(2_001) }],
  [
    'one in chunks that is too large',
    '413',
    { headers: [json, 'Transfer-Encoding: chunked'], body: valid.padEnd(2_001) },
  ],
  ['no JSON', '400', { body: '<b>&' }],
  ['JSON of something else', '400', { body: '{"a<b>":"&"}' }],
  ['one while stopping', '503', { deps: { isDraining: () => true } }],
])('%s', (_name, status, one) => {
  it(`is answered with ${status} on both ways alike`, async () => {
    const [lane, express] = [await send('lane', one), await send('express', one)]
    expect(lane.status).toContain(status)
    expect(lane).toEqual(express)
  })
})

it.each([
  ['cannot be stored now', full],
  ['meets a mistake of ours', new Error('inner secret')],
])('one that %s is answered alike on both ways', async (_name, error) => {
  const refusing = (way: keyof typeof ways) => {
    const fixture = createFixture()
    const inbox = { ...fixture.deps.inbox, acceptNotification: () => Promise.reject(error) }
    return send(way, { deps: { inbox } })
  }
  const [lane, express] = [await refusing('lane'), await refusing('express')]
  expect(lane.status).toMatch(/ 50[03] /)
  expect(lane).toEqual(express)
})
