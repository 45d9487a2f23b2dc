import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createCall } from '../../../src/docker/call.ts'
import { DockerError, translateDockerError } from '../../../src/docker/docker-error.ts'
import { linesOf } from '../../../src/docker/event-lines.ts'
import { mapConcurrently } from '../../../src/docker/map-concurrently.ts'
import { plainText } from '../../../src/docker/plain-text.ts'
import { signalNumber } from '../../../src/docker/signal-number.ts'

describe('running work concurrently', () => {
  it('never runs more than the limit at a time and keeps the order', async () => {
    let running = 0
    let most = 0
    const items = Array.from({ length: 40 }, (_, index) => index)
    const results = await mapConcurrently(items, 8, async (item) => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return item * 2
    })
    expect(results).toEqual(items.map((item) => item * 2))
    expect(most).toBe(8)
  })

  it('begins nothing after a failure', async () => {
    const begun: number[] = []
    const work = async (item: number) => {
      begun.push(item)
      await new Promise((resolve) => setImmediate(resolve))
      if (item === 1) throw new Error('no')
    }
    await expect(mapConcurrently([1, 2, 3, 4, 5], 2, work)).rejects.toThrow('no')
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(begun).toEqual([1, 2])
  })
})

describe('stop signals', () => {
  it.each([
    ['SIGTERM', 15],
    ['quit', 3],
    ['9', 9],
    ['SIGRTMIN+3', 37],
    ['RTMAX-1', 63],
    ['', undefined],
    ['SIGNONE', undefined],
    ['constructor', undefined],
  ])('%j is %s', (name, number) => {
    expect(signalNumber(name)).toBe(number)
  })
})

describe('lines of a stream', () => {
  it('are put together from pieces, also within a character', async () => {
    const bytes = Buffer.from('eins\r\n\nzwei ü\ndrei')
    const cut = bytes.indexOf(0xbc)
    const lines: string[] = []
    for await (const line of linesOf(Readable.from([bytes.subarray(0, cut), bytes.subarray(cut)]))) lines.push(line)
    expect(lines).toEqual(['eins\r', 'zwei ü'])
  })

  it('that have no end fail the stream', async () => {
    const endless = Readable.from(Array.from({ length: 6 }, () => Buffer.alloc(1024 * 1024, 'x')))
    await expect(linesOf(endless).next()).rejects.toThrow('no end')
  })
})

describe('text from outside', () => {
  it('has no control characters and no more than the given length', () => {
    expect(plainText('a\u0000\u001b[31mb\r\n\u202ec\u2028d')).toBe('a [31mb c d')
    expect(plainText('x'.repeat(501))).toHaveLength(500)
    expect(plainText('x'.repeat(9), 4)).toBe('xxx…')
  })
})

describe('faults of the engine', () => {
  const context = { what: 'ping', address: 'unix:///run/docker.sock' }
  const fault = (code: string) => Object.assign(new Error(`connect ${code}`), { code, syscall: 'connect' })

  it.each([
    ['EACCES', /add the user that selfheal runs as to the group that owns the socket/],
    ['ENOENT', /is its socket mounted here/],
    ['ECONNREFUSED', /is Docker running/],
    ['ENOTFOUND', /correct the address/],
  ])('%s is unreachable, and says what to do', (code, message) => {
    const error = translateDockerError(fault(code), context)
    expect(error).toMatchObject({ code: 'unreachable', retriable: true, mayHaveTakenEffect: false })
    expect(error.message).toMatch(message)
    expect(error.cause).toBeInstanceOf(Error)
  })

  it.each(['ECONNRESET', 'EPIPE'])('%s broke the call off, which may have taken effect', (code) => {
    const error = translateDockerError(fault(code), context)
    expect(error).toMatchObject({ code: 'bad-answer', retriable: true, mayHaveTakenEffect: true })
  })

  it('stays what it is when it was translated already', () => {
    const error = new DockerError('timeout', 'x', { status: null, mayHaveTakenEffect: true })
    expect(translateDockerError(error, context)).toBe(error)
  })

  it.each([undefined, null, 'text', 7, {}])('is an adapter error even when %j was thrown', (thrown) => {
    expect(translateDockerError(thrown, context)).toMatchObject({ system: 'docker', code: 'bad-answer' })
  })
})

describe('one call', () => {
  const call = createCall('unix:///run/docker.sock', 1000)

  it('is not made at all when it was aborted before, and so had no effect', async () => {
    let isMade = false
    const request = async () => {
      isMade = true
    }
    const made = call({ what: 'restart web', signal: AbortSignal.abort() }, request)
    await expect(made).rejects.toMatchObject({ code: 'aborted', mayHaveTakenEffect: false })
    expect(isMade).toBe(false)
  })

  it('settles even when the request takes no notice of its signal', async () => {
    const options = { what: 'restart web', signal: new AbortController().signal, timeoutMs: 1 }
    const made = call(options, () => new Promise<void>(() => {}))
    await expect(made).rejects.toMatchObject({ code: 'timeout', mayHaveTakenEffect: true })
  })
})
