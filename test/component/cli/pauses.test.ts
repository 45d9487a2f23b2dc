import { describe, expect, it } from 'vitest'
import { aServer, run } from './capture.ts'

const one = {
  ...{ id: 7, target: 'local/shop/web', reason: 'deploy of 4.2', by: 'ada', at: '2026-01-01T00:00:00.000Z' },
  ...{ until: '2026-01-01T02:00:00.000Z', endedAt: null, endedBy: null, inForce: true },
}
const error = (code: string) => JSON.stringify({ error: { code, message: 'there is no pause of everything' } })

describe('pause', () => {
  it('asks for a pause of one target and says how long it holds', async () => {
    const { url, asked } = await aServer(201, JSON.stringify(one))
    const printed = await run(['pause', 'local/shop/web', '--reason', 'deploy of 4.2', '--for', '2h', '--url', url], {
      SELFHEAL_TOKEN: 'abc',
    })
    expect(printed).toEqual({
      code: 0,
      stdout: 'pause 7  local/shop/web  until 2026-01-01T02:00:00.000Z\n',
      stderr: '',
    })
    expect(asked).toMatchObject([{ method: 'POST', url: '/api/v1/pauses', authorization: 'Bearer abc' }])
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ target: 'local/shop/web', reason: 'deploy of 4.2', for: '2h' })
  })

  it('pauses everything until it is resumed where nothing else is said', async () => {
    const { url, asked } = await aServer(201, JSON.stringify({ ...one, target: null, until: null }))
    const { stdout } = await run(['pause', '--reason', 'all hands', '--url', url])
    expect(stdout).toBe('pause 7  everything  until it is resumed\n')
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ target: null, reason: 'all hands', for: null })
  })

  it('needs no reason in an emergency, and says that none was given', async () => {
    const { url, asked } = await aServer(201, JSON.stringify(one))
    expect(await run(['pause', '--url', url])).toMatchObject({ code: 0 })
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ target: null, reason: 'no reason given' })
  })

  it.each([
    [['pause', '--list', 'local/shop/web'], '--list'],
    [['pause', '--all', '--reason', 'x'], '--all'],
    [['pause', '--list', '--for', '1h'], '--for'],
  ])('asks nobody for %j', async (args, word) => {
    const { url, asked } = await aServer(201, JSON.stringify(one))
    const { code, stdout, stderr } = await run([...args, '--url', url])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(word)
    expect(asked).toEqual([])
  })

  it.each([
    [['--list'], '/api/v1/pauses'],
    [['--all'], '/api/v1/pauses?all=true'],
  ])('shows pauses with %j', async (flags, path) => {
    const { url, asked } = await aServer(200, JSON.stringify({ pauses: [one] }))
    const { code, stdout } = await run(['pause', ...flags, '--url', url])
    expect(code).toBe(0)
    expect(asked).toMatchObject([{ method: 'GET', url: path }])
    expect(stdout.split('\n')[1]?.split(/ {2,}/)).toEqual([
      ...[
        '7',
        'local/shop/web',
        '2026-01-01T00:00:00.000Z',
        'ada',
        '2026-01-01T02:00:00.000Z',
        '-',
        '-',
        'deploy of 4.2',
      ],
    ])
  })

  it('says so where nothing is paused', async () => {
    const { url } = await aServer(200, '{"pauses":[]}')
    expect(await run(['pause', '--list', '--url', url])).toMatchObject({ code: 0, stderr: 'nothing is paused\n' })
  })
})

describe('resume', () => {
  it('ends the pauses of the target that is named', async () => {
    const { url, asked } = await aServer(200, JSON.stringify({ pauses: [one] }))
    const { code, stdout } = await run(['resume', 'local/shop/*', '--url', url])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'pause 7  local/shop/web  resumed\n' })
    expect(asked).toMatchObject([{ method: 'DELETE', url: '/api/v1/pauses?target=local%2Fshop%2F*', body: '' }])
  })

  it('ends those of everything without a target, and prints the answer as JSON where that is wanted', async () => {
    const { url, asked } = await aServer(200, JSON.stringify({ pauses: [one] }))
    const { stdout } = await run(['resume', '-o', 'json', '--url', url])
    expect(JSON.parse(stdout)).toEqual({ pauses: [one] })
    expect(asked).toMatchObject([{ method: 'DELETE', url: '/api/v1/pauses' }])
  })

  it.each([
    [404, 'not-found', 4],
    [403, 'forbidden', 6],
    [503, 'unavailable', 3],
  ])('ends for the answer %i %s with the exit code %i', async (status, word, code) => {
    const { url } = await aServer(status, error(word))
    expect(await run(['resume', '--url', url])).toEqual({
      ...{ code, stdout: '' },
      stderr: 'there is no pause of everything\n',
    })
  })
})
