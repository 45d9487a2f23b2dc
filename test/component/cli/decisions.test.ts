import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Asked, aServer, run } from './capture.ts'

const proposal = {
  id: 'p-1',
  rung: 0,
  rungName: 'start',
  risk: 'low',
  actions: [{ kind: 'start', target: 'local/shop/web', containers: [{ name: 'shop-web-1' }] }],
  verdicts: [{ guard: 'mode', verdict: 'ask', reason: 'advise-only', detail: 'mode is advise', until: null }],
  approval: null,
}

const incident = {
  ...{ id: 42, target: 'local/shop/web', runbook: 'container-down', state: 'awaiting_approval', outcome: null },
  ...{ reason: 'advise-only', timeline: [], proposal },
}

const line = 'incident 42  local/shop/web  container-down  awaiting_approval  -  advise-only\n'

/** The proposal as it is shown before it is decided upon. */
const shown = [
  'proposal p-1: rung "start", risk low',
  'actions:',
  '  start  local/shop/web  shop-web-1',
  'verdicts:',
  '  ask     mode          advise-only  mode is advise',
]

const bodyOf = ({ body }: Asked): unknown => JSON.parse(body)

/** A server that shows the incident and refuses every decision. */
const refusing = async (status: number): Promise<string> => {
  const server = createServer(({ method }, response) => {
    const isRead = method === 'GET'
    const answer = isRead ? incident : { error: { code: 'already-decided', message: 'approved by bob before' } }
    response.writeHead(isRead ? 200 : status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

describe.each(['approve', 'reject'])('%s', (verb) => {
  it('fetches the current proposal, shows it, and decides on exactly that one', async () => {
    const { url, asked } = await aServer(200, JSON.stringify(incident))
    const printed = await run([verb, '42', '--comment', 'so be it', '--url', url])
    expect(printed).toEqual({ code: 0, stdout: line, stderr: `${shown.join('\n')}\n` })
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/v1/incidents/42',
      `POST /api/v1/incidents/42/${verb}`,
    ])
    expect(asked.slice(1).map(bodyOf)).toEqual([{ proposal: 'p-1', comment: 'so be it' }])
  })

  it('decides on the proposal that is named, without looking for another', async () => {
    const { url, asked } = await aServer(200, JSON.stringify(incident))
    const { code, stdout } = await run([verb, '42', '--proposal', 'p-0', '--url', url, '-o', 'json'])
    expect({ code, answer: JSON.parse(stdout) }).toEqual({ code: 0, answer: incident })
    expect(asked.map(bodyOf)).toEqual([{ proposal: 'p-0' }])
  })

  it('decides nothing where there is no proposal', async () => {
    const { url, asked } = await aServer(200, JSON.stringify({ ...incident, state: 'ended', proposal: null }))
    const printed = await run([verb, '42', '--url', url])
    expect(printed).toEqual({
      code: 5,
      stdout: '',
      stderr: 'incident 42 is ended: it has no proposal to decide upon\n',
    })
    expect(asked.length).toBe(1)
  })

  it.each([
    [409, 5],
    [403, 6],
    [401, 6],
    [404, 4],
    [503, 3],
  ])('ends for the answer %i with the exit code %i, and says why', async (status, code) => {
    const printed = await run([verb, '42', '--url', await refusing(status)], { SELFHEAL_TOKEN: 'abc' })
    expect(printed).toEqual({ code, stdout: '', stderr: `${shown.join('\n')}\napproved by bob before\n` })
  })

  it('takes a number only', async () => {
    expect(await run([verb, '../status'])).toMatchObject({ code: 2, stdout: '' })
    expect(await run([verb])).toMatchObject({ code: 2, stdout: '' })
  })
})

it('approves over budget only when it is told to', async () => {
  const { url, asked } = await aServer(200, JSON.stringify(incident))
  await run(['approve', '42', '--proposal', 'p-1', '--over-budget', '--url', url])
  expect(asked.map(bodyOf)).toEqual([{ proposal: 'p-1', overBudget: true }])
})

it('acknowledges, and resumes only when it is told to', async () => {
  const { url, asked } = await aServer(200, JSON.stringify(incident))
  expect(await run(['ack', '42', '--url', url])).toEqual({ code: 0, stdout: line, stderr: '' })
  await run(['ack', '42', '--resume', '--comment', 'repaired', '--url', url])
  expect(asked.map(({ url }) => url)).toEqual(['/api/v1/incidents/42/ack', '/api/v1/incidents/42/ack'])
  expect(asked.map(bodyOf)).toEqual([{}, { comment: 'repaired', resume: true }])
})

it('closes', async () => {
  const { url, asked } = await aServer(200, JSON.stringify(incident))
  expect(await run(['close', '42', '--comment', 'it was me', '--url', url])).toMatchObject({ code: 0, stdout: line })
  expect(asked.map(({ url }) => url)).toEqual(['/api/v1/incidents/42/close'])
  expect(asked.map(bodyOf)).toEqual([{ comment: 'it was me' }])
})

it('shows with an incident what is proposed, and who approved it', async () => {
  const approval = { by: 'alice', comment: '', at: '2026-03-01T10:00:00.000Z', until: '2026-03-01T11:00:00.000Z' }
  const approved = { ...incident, proposal: { ...proposal, approval } }
  const { url } = await aServer(200, JSON.stringify(approved))
  const { stdout } = await run(['incidents', 'show', '42', '--url', url])
  const lines = [...shown, 'approved by alice at 2026-03-01T10:00:00.000Z, holds until 2026-03-01T11:00:00.000Z']
  for (const one of lines) expect(stdout.replace(/ +/g, ' ')).toContain(one.replace(/ +/g, ' '))
})
