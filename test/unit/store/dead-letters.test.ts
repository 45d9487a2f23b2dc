import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { UnusableBody } from '../../../src/store/dead-letters.ts'
import { openTemporaryStore, temporaryFolder } from '../../support/temporary-store.ts'

const unusable = (text: string, changes: Partial<UnusableBody> = {}): UnusableBody => ({
  body: Buffer.from(text),
  reason: 'not-json',
  detail: 'unexpected end of input',
  at: 1000,
  ...changes,
})

const digest = (body: Buffer): string => createHash('sha256').update(body).digest('hex')

describe('dead letters', () => {
  it('are one per body, with a count, the first and the last time, and the last reason', () => {
    const { deadLetters } = openTemporaryStore()
    deadLetters.record(unusable('{'))
    deadLetters.record(unusable('{', { at: 2000 }))
    const letter = deadLetters.record(unusable('{', { at: 3000, reason: 'version', detail: 'is 3' }))
    expect(letter).toEqual({
      sha256: digest(Buffer.from('{')),
      kind: 'notification',
      notification: null,
      count: 3,
      firstSeenAt: 1000,
      lastSeenAt: 3000,
      reason: 'version',
      detail: 'is 3',
      bodyBytes: 1,
      body: Buffer.from('{'),
    })
    expect(deadLetters.list(10)).toEqual([letter])
  })

  it('hold single alerts with the notification that they came in', () => {
    const { ledger, deadLetters } = openTemporaryStore()
    ledger.deadLetterAlerts(7, [{ index: 2, found: 'labels must be object', text: '{"labels":1}' }], 4000)
    expect(deadLetters.list(10)).toEqual([
      {
        sha256: digest(Buffer.from('{"labels":1}')),
        kind: 'alert',
        notification: 7,
        count: 1,
        firstSeenAt: 4000,
        lastSeenAt: 4000,
        reason: 'unusable-alert',
        detail: 'alert 2: labels must be object',
        bodyBytes: 12,
        body: Buffer.from('{"labels":1}'),
      },
    ])
  })

  it('count a single alert once for each notification that it came in, however often that is applied', () => {
    const { ledger, deadLetters } = openTemporaryStore()
    const twins = [0, 1].map((index) => ({ index, found: 'labels must be object', text: '{"labels":1}' }))
    ledger.deadLetterAlerts(7, twins, 4000)
    ledger.deadLetterAlerts(7, twins, 5000)
    expect(deadLetters.list(10)).toMatchObject([{ notification: 7, count: 1, lastSeenAt: 5000 }])
    ledger.deadLetterAlerts(8, twins, 6000)
    expect(deadLetters.list(10)).toMatchObject([{ notification: 8, count: 2, firstSeenAt: 4000, lastSeenAt: 6000 }])
  })

  it('hold single alerts only when the transaction that they are told in is committed', () => {
    const { ledger, deadLetters } = openTemporaryStore()
    const tell = () => ledger.deadLetterAlerts(7, [{ index: 0, found: 'nothing', text: 'null' }], 4000)
    expect(() =>
      ledger.transaction(() => {
        tell()
        throw new Error('changed my mind')
      }),
    ).toThrow('changed my mind')
    expect(deadLetters.list(10)).toEqual([])
    ledger.transaction(tell)
    expect(deadLetters.list(10)).toHaveLength(1)
  })

  it('keep the first 64 KiB of a body, and tell bodies apart that differ only after that', () => {
    const { deadLetters } = openTemporaryStore()
    const long = 'x'.repeat(100_000)
    const letter = deadLetters.record(unusable(`${long}a`))
    deadLetters.record(unusable(`${long}b`))
    expect(letter).toMatchObject({ bodyBytes: 100_001, sha256: digest(Buffer.from(`${long}a`)) })
    expect(letter.body).toEqual(Buffer.from(long.slice(0, 65_536)))
    expect(deadLetters.list(10)).toHaveLength(2)
  })

  it('are listed last seen first, no more than asked for, also after a reopening', () => {
    const path = temporaryFolder()
    const store = openTemporaryStore(path)
    for (const [text, at] of [
      ['a', 1],
      ['b', 3],
      ['c', 2],
      ['a', 4],
    ] as const)
      store.deadLetters.record(unusable(text, { at }))
    store.close()
    const { deadLetters } = openTemporaryStore(path)
    expect(deadLetters.list(10).map(({ body }) => body.toString())).toEqual(['a', 'b', 'c'])
    expect(deadLetters.list(1)).toHaveLength(1)
  })
})
