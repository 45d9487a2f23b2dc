import { describe, expect, it } from 'vitest'
import { readListenAddress } from '../../../src/cli/listen-address.ts'
import { version } from '../../../src/lib/version.ts'
import { run } from './capture.ts'

describe('the command line', () => {
  it('answers --version and --help with 0 on standard output', async () => {
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const help = await run(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const command of ['serve', 'check', 'plan', 'incidents']) expect(help.stdout).toContain(command)
  })

  it.each([
    [[]],
    [['serv']],
    [['serve', '--storage.pth=x']],
    [['serve', '--web.listen-address=1:2:3']],
    [['serve', 'more']],
    [['check']],
    [['check', 'nothing']],
    [['check', 'setup', 'a.yml', '--config.file=b.yml']],
    [['check', 'setup', 'no-such.yml']],
    [['incidents', 'lost']],
    [['incidents', '-o', 'xml']],
    [['incidents', 'show']],
    [['incidents', '--limit']],
  ])('ends for %j with 2, and says how it is used on standard error', async (args) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).not.toBe('')
  })
})

describe('--web.listen-address', () => {
  it.each([
    ['127.0.0.1:9196', '127.0.0.1', 9196],
    ['localhost:1', 'localhost', 1],
    [':9196', '', 9196],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['[::1]:9196', '::1', 9196],
    ['[fe80::1%eth0]:80', 'fe80::1%eth0', 80],
  ])('reads %s', (text, host, port) => {
    expect(readListenAddress(text)).toEqual({ host, port })
  })

  it.each(['', '9196', 'localhost', 'localhost:', '127.0.0.1:65536', '::1:80', '[::1]', 'http://127.0.0.1:80', 'a:-1'])(
    'refuses %j',
    (text) => {
      expect(() => readListenAddress(text)).toThrow(/expected host:port/)
    },
  )
})
