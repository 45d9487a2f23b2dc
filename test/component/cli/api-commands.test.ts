import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aServer, run } from './capture.ts'
import { aTemporaryFolder } from './temporary-folder.ts'

const incident = {
  ...{ id: 42, target: 'local/shop/web', runbook: 'container-down', state: 'escalated', outcome: null },
  ...{ reason: 'ladder-exhausted', openedAt: '2026-01-01T00:00:00.000Z', attempts: 2 },
}
const list = JSON.stringify({ incidents: [incident], nextCursor: null })
const error = (message: string) => JSON.stringify({ error: { code: 'any', message } })

describe('a command that asks a server', () => {
  it.each([
    [400, 2],
    [401, 6],
    [403, 6],
    [404, 4],
    [409, 5],
    [413, 2],
    [500, 3],
    [503, 3],
  ])('ends for the answer %i with the exit code %i, and says on standard error why', async (status, code) => {
    const { url } = await aServer(status, error('because of the weather'))
    const printed = await run(['incidents', '--url', url], { SELFHEAL_TOKEN: 'abc' })
    expect(printed).toEqual({ code, stdout: '', stderr: 'because of the weather\n' })
  })

  it('says that it sent no token where one is wanted', async () => {
    const { url } = await aServer(401, error('who are you'))
    const { code, stderr } = await run(['incidents', '--url', url])
    expect(code).toBe(6)
    expect(stderr).toBe('who are you\nno token was sent: set SELFHEAL_TOKEN\n')
  })

  it('names the status where the answer says nothing else', async () => {
    const { url } = await aServer(502, '<html>')
    expect(await run(['incidents', '--url', url])).toEqual({ code: 3, stdout: '', stderr: 'the server answered 502\n' })
  })

  it.each([['incidents'], ['incidents', 'show', '1'], ['incidents', '-o', 'json']])(
    'does not take another server for selfheal: %s %s %s',
    async (...args) => {
      const { url } = await aServer(200, '<html>hello</html>')
      const { code, stdout, stderr } = await run([...args, '--url', url])
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toBe(`${url} does not answer as selfheal does\n`)
    },
  )

  it.each([['incidents'], ['incidents', 'show', '1']])(
    'prints nothing of an answer of another shape: %s %s',
    async (...args) => {
      const { url } = await aServer(200, '{}')
      expect(await run([...args, '--url', url])).toMatchObject({ code: 3, stdout: '' })
    },
  )

  it('says that nobody answers, and why', async () => {
    const { code, stdout, stderr } = await run(['incidents', '--url', 'http://127.0.0.1:9'])
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^no answer from http:\/\/127\.0\.0\.1:9: .*\S/)
  })

  it('gives a reason also where several addresses of one name failed', async () => {
    const { code, stderr } = await run(['incidents', '--url', 'http://localhost:9'])
    expect(code).toBe(3)
    expect(stderr).toMatch(/^no answer from http:\/\/localhost:9: .*\S/)
  })

  it.each(['localhost:9196', 'not an address', 'ftp://127.0.0.1'])('refuses the address %s', async (url) => {
    const { code, stdout, stderr } = await run(['incidents', '--url', url])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`--url: expected an address such as http://host:9196, found "${url}"\n`)
    expect((await run(['incidents'], { SELFHEAL_URL: url })).stderr).toMatch(/^SELFHEAL_URL: expected an address/)
  })

  it.each([
    'http://user:pa55@127.0.0.1:9',
    'http://pa55@127.0.0.1:9',
    'http://:pa55@127.0.0.1:9',
    'user:pa55@127.0.0.1:9',
    'http:// user:pa55@127.0.0.1',
    'http://127.0.0.1:9/?token=pa55',
    'http://127.0.0.1:9#pa55',
    '127.0.0.1:9?token=pa55',
  ])('refuses the address %s, for the secret in it, and does not repeat it', async (url) => {
    for (const args of [['incidents'], ['incidents', 'show', '1'], ['plan', '--labels', 'a=b']]) {
      for (const { code, stdout, stderr } of [
        await run([...args, '--url', url]),
        await run(args, { SELFHEAL_URL: url }),
      ]) {
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
        expect(stderr).toContain(url.includes('@') ? 'SELFHEAL_TOKEN' : 'expected an address')
        expect(stderr).not.toContain('pa55')
      }
    }
  })

  it('finds the address and the token in the environment, and the flag wins', async () => {
    const { url, asked } = await aServer(200, list)
    await run(['incidents'], { SELFHEAL_URL: `${url}/`, SELFHEAL_TOKEN: 'abc\n' })
    await run(['incidents', '--url', url], { SELFHEAL_URL: 'http://127.0.0.1:9' })
    expect(asked).toMatchObject([
      { method: 'GET', url: '/api/v1/incidents', authorization: 'Bearer abc' },
      { method: 'GET', url: '/api/v1/incidents', authorization: undefined },
    ])
  })

  it('does not show a token that no header can carry', async () => {
    const { url, asked } = await aServer(200, list)
    const { code, stdout, stderr } = await run(['incidents', '--url', url], { SELFHEAL_TOKEN: 'se\ncret' })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('SELFHEAL_TOKEN')
    expect(stderr).not.toContain('cret')
    expect(asked).toEqual([])
  })
})

describe('incidents', () => {
  it('hands its filters on and prints a table', async () => {
    const { url, asked } = await aServer(200, list)
    const { code, stdout, stderr } = await run([
      ...['incidents', 'list', '--url', url, '--state', 'open', '--target', 'local/shop/web', '--runbook', 'a&b'],
      ...['--limit', '5'],
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(asked[0]?.url).toBe('/api/v1/incidents?state=open&target=local%2Fshop%2Fweb&runbook=a%26b&limit=5')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'OPENED', 'TARGET', 'RUNBOOK', 'STATE', 'OUTCOME', 'REASON', 'ATTEMPTS'],
      [
        ...['42', '2026-01-01T00:00:00.000Z', 'local/shop/web', 'container-down', 'escalated', '-'],
        ...['ladder-exhausted', '2'],
      ],
      [''],
    ])
  })

  it('says beside the table when there are more', async () => {
    const { url } = await aServer(200, JSON.stringify({ incidents: [incident], nextCursor: 'abc' }))
    expect((await run(['incidents', '--url', url])).stderr).toContain('--limit')
  })

  it('prints with -o json what the server answered, and nothing else', async () => {
    const { url } = await aServer(200, list)
    const { code, stdout, stderr } = await run(['incidents', '--url', url, '-o', 'json'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(JSON.parse(list))
  })

  it('shows one incident with its timeline, one line for each event whatever is in its text', async () => {
    const text = 'first\n  2026-01-01  forged  \u001b[31mred\u202e'
    const timeline = [{ seq: 1, at: '2026-01-01T00:00:00.000Z', kind: 'incident-opened', text, data: {} }]
    const { url, asked } = await aServer(200, JSON.stringify({ ...incident, timeline }))
    const { code, stdout } = await run(['incidents', 'show', '42', '--url', url])
    expect(code).toBe(0)
    expect(asked[0]?.url).toBe('/api/v1/incidents/42')
    expect(stdout.split('\n')).toEqual([
      'incident 42  local/shop/web  container-down  escalated  -  ladder-exhausted',
      '  2026-01-01T00:00:00.000Z  incident-opened  first   2026-01-01  forged  \ufffd[31mred\ufffd',
      '',
    ])
  })

  it.each(['x', '-1', '1/../2', ''])('takes only a number for an id, not %j', async (id) => {
    const { url, asked } = await aServer(200, list)
    expect(await run(['incidents', 'show', '--url', url, '--', id])).toMatchObject({ code: 2, stdout: '' })
    expect(asked).toEqual([])
  })
})

describe('plan', () => {
  const plan = { decision: 'refuse', target: null, runbook: null, rung: null, actions: [], verdicts: [] }

  it('posts labels and prints the plan as JSON, exit code 0 whatever the decision', async () => {
    const { url, asked } = await aServer(200, JSON.stringify(plan))
    const { code, stdout, stderr } = await run(['plan', '--url', url, '--labels', 'a=b', 'c=d=e', 'f='])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toEqual(plan)
    expect(asked).toMatchObject([{ method: 'POST', url: '/api/v1/plan' }])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ labels: { a: 'b', c: 'd=e', f: '' }, annotations: {} })
  })

  it('prints the way through the routes as a tree, and what would be done, for people', async () => {
    const whole = {
      ...{ decision: 'wait', target: 'local/shop/web', runbook: 'container-down', rung: 'start', detail: 'soon' },
      route: [
        { route: 'routes[0]', match: ['team="shop"'], sets: { mode: 'auto', budgets: ['1/1h', '2/1d'] } },
        { route: 'routes[0].routes[1]', match: ['a="b"', 'c=~"d"'], sets: { runbook: 'container-down' } },
        { route: 'routes[0].routes[1].routes[0]', match: ['x="y"'], sets: { parameters: { grace: 5 } } },
      ],
      actions: [{ kind: 'start', target: 'local/shop/web', containers: [{ name: 'shop-web-1' }] }],
      verdicts: [
        { guard: 'mode', verdict: 'allow', reason: null, detail: '', until: null },
        { guard: 'cooldown', verdict: 'defer', reason: 'cooling-down', detail: 'too soon', until: 1_800_000_000_000 },
      ],
    }
    const { url } = await aServer(200, JSON.stringify(whole))
    const { code, stdout } = await run(['plan', '--url', url, '--labels', 'a=b', '-o', 'text'])
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      '.',
      '└── routes[0]  {team="shop"}  mode=auto  budgets=1/1h,2/1d',
      '    └── routes[0].routes[1]  {a="b", c=~"d"}  runbook=container-down  <- decides',
      '        └── routes[0].routes[1].routes[0]  {x="y"}  parameters={"grace":5}',
      '',
      'decision  wait',
      'runbook   container-down',
      'target    local/shop/web',
      'rung      start',
      'detail    soon',
      '',
      'actions:',
      '  start  local/shop/web  shop-web-1',
      '',
      'verdicts:',
      '  allow   mode',
      '  defer   cooldown      cooling-down  too soon  until 2027-01-15T08:00:00.000Z',
      '',
    ])
    const nowhere = await aServer(200, JSON.stringify({ ...plan, decision: 'no-route', route: [] }))
    expect((await run(['plan', '--url', nowhere.url, '--labels', 'a=b', '-o', 'text'])).stdout).toBe(
      'route     (no route holds)\n\ndecision  no-route\n',
    )
  })

  it('reads an alert, or the first firing one of a notification, from a file', async () => {
    const folder = aTemporaryFolder()
    const { url, asked } = await aServer(200, JSON.stringify(plan))
    const alert = { labels: { a: 'b' }, annotations: { summary: 's' } }
    const resolved = { labels: { a: 'old' }, status: 'resolved' }
    writeFileSync(join(folder, 'one.json'), JSON.stringify(alert))
    writeFileSync(join(folder, 'many.json'), JSON.stringify({ version: '4', alerts: [resolved, alert] }))
    for (const file of ['one.json', 'many.json']) {
      expect(await run(['plan', join(folder, file), '--url', url])).toMatchObject({ code: 0 })
    }
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([alert, alert])
  })

  it.each([
    ['', 'JSON'],
    ['[]', 'labels'],
    ['{}', 'labels'],
    ['{"labels":{"a":1}}', 'labels.a'],
    ['{"labels":[]}', 'labels'],
    ['{"alerts":[{"status":"resolved","labels":{}}]}', 'labels'],
  ])('refuses a file with %s', async (text, said) => {
    const file = join(aTemporaryFolder(), 'alert.json')
    writeFileSync(file, text)
    const { code, stdout, stderr } = await run(['plan', file])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(said)
  })

  it.each([
    [['plan']],
    [['plan', 'file.json', '--labels', 'a=b']],
    [['plan', '--labels', 'ab']],
    [['plan', '--labels', '=b']],
    [['plan', '--labels', 'a="b"']],
    [['plan', '--labels', 'a=b', 'a=c']],
    [['plan', '-o', 'yaml', '--labels', 'a=b']],
    [['plan', '--labels', 'a=b', '--config.file=selfheal.yml']],
    [['plan', '--offline', '--url=http://127.0.0.1:9', '--labels', 'a=b']],
  ])('refuses %j', async (args) => {
    const { url, asked } = await aServer(200, JSON.stringify(plan))
    expect(await run(args, { SELFHEAL_URL: url })).toMatchObject({ code: 2, stdout: '' })
    expect(asked).toEqual([])
  })

  it('says which file it cannot read', async () => {
    const { code, stderr } = await run(['plan', '/nowhere/alert.json'])
    expect(code).toBe(2)
    expect(stderr).toContain('/nowhere/alert.json')
  })
})

describe('alerts', () => {
  const alert = {
    ...{
      fingerprint: '00ff',
      alertname: 'Down',
      state: 'firing',
      startsAt: '2026-01-01T00:00:00.000Z',
      incident: null,
    },
    why: 'no incident took it: no-route (no route matches)',
  }
  const answer = JSON.stringify({ alerts: [alert, { ...alert, alertname: 'A\u001bB', incident: 7 }] })

  it('hands its filters on and prints a table that says why', async () => {
    const { url, asked } = await aServer(200, answer)
    const { code, stdout, stderr } = await run(['alerts', '--url', url, '--routed', 'false', '--limit', '5'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(asked[0]?.url).toBe('/api/v1/alerts?routed=false&limit=5')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['STARTED', 'ALERT', 'STATE', 'INCIDENT', 'WHY'],
      [alert.startsAt, 'Down', 'firing', '-', alert.why],
      [alert.startsAt, 'A\ufffdB', 'firing', '7', alert.why],
      [''],
    ])
  })

  it('prints the answer as it came, as JSON', async () => {
    const { url, asked } = await aServer(200, answer)
    const { code, stdout } = await run(['alerts', '--url', url, '-o', 'json'])
    expect(code).toBe(0)
    expect(asked[0]?.url).toBe('/api/v1/alerts')
    expect(JSON.parse(stdout)).toEqual(JSON.parse(answer))
  })

  it('refuses what is neither true nor false, and prints nothing of an answer of another shape', async () => {
    const { url } = await aServer(200, '{}')
    expect(await run(['alerts', '--url', url, '--routed', 'maybe'])).toMatchObject({ code: 2, stdout: '' })
    expect(await run(['alerts', '--url', url])).toMatchObject({ code: 3, stdout: '' })
  })
})
