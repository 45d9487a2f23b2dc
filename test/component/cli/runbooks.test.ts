import { describe, expect, it } from 'vitest'
import { aServer, run } from './capture.ts'

const answer = {
  runbooks: [
    {
      name: 'queue-stuck',
      file: '/etc/selfheal/runbooks/queue-stuck.ts',
      urgency: 'unresponsive',
      match: ['alertname="QueueStuck"', 'severity="critical"'],
      ladder: [{ name: 'restart' }, { name: 'replace' }],
    },
  ],
  broken: [{ file: '/etc/selfheal/runbooks/b.ts', detail: 'line 3, column 5: name: found "B", expected lower case' }],
}

describe('runbooks', () => {
  it('prints what is loaded, and says which files cannot be used and why', async () => {
    const { url, asked } = await aServer(200, JSON.stringify(answer))
    const printed = await run(['runbooks', '--url', url])
    expect(asked).toMatchObject([{ method: 'GET', url: '/api/v1/runbooks' }])
    expect(printed.code).toBe(0)
    expect(printed.stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'URGENCY', 'MATCH', 'LADDER', 'FILE'],
      [
        'queue-stuck',
        'unresponsive',
        'alertname="QueueStuck", severity="critical"',
        'restart > replace',
        '/etc/selfheal/runbooks/queue-stuck.ts',
      ],
      [''],
    ])
    expect(printed.stderr).toBe(
      'not usable: /etc/selfheal/runbooks/b.ts: line 3, column 5: name: found "B", expected lower case\n',
    )
  })

  it('prints the answer as it is where JSON is wanted', async () => {
    const { url } = await aServer(200, JSON.stringify(answer))
    const printed = await run(['runbooks', '-o', 'json', '--url', url])
    expect(JSON.parse(printed.stdout)).toEqual(answer)
    expect(printed).toMatchObject({ code: 0, stderr: '' })
  })

  it('prints nothing of an answer of another shape', async () => {
    const { url } = await aServer(200, '{"runbooks":[]}')
    expect(await run(['runbooks', '--url', url])).toMatchObject({ code: 3, stdout: '' })
  })
})
