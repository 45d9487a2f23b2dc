import { describe, expect, it } from 'vitest'
import { refusedBy } from '../../../src/lib/http-exchange.ts'

const system = { system: 'alertmanager', url: 'http://alertmanager:9093/path' } as const
const pair = Buffer.from('user:hush-hush').toString('base64')

describe('a refusal', () => {
  it('names the host, the status and what was said, and not the path', () => {
    const { message, code, retriable } = refusedBy(system, 400, 'no labels')
    expect(message).toBe('alertmanager at alertmanager:9093 answered 400 (Bad Request): no labels')
    expect([code, retriable]).toEqual(['refused', false])
  })

  it.each([
    ['a bearer token', { kind: 'bearer', token: 'hush-hush' }, 'Bearer hush-hush'],
    ['a password', { kind: 'basic', username: 'user', password: 'hush-hush' }, 'user:hush-hush'],
    ['the header of basic authentication', { kind: 'basic', username: 'user', password: 'hush-hush' }, `Basic ${pair}`],
  ] as const)('that repeats %s is told without it', (_, credentials, said) => {
    const { message } = refusedBy({ ...system, credentials }, 403, `not you, ${said} and ${said}!`)
    expect(message).not.toMatch(new RegExp(`hush|${pair}`))
    expect(message).toMatch(/not you, .*\[redacted\] and .*\[redacted\]!$/)
  })

  it('is told as it is where there are no credentials, or empty ones', () => {
    const empty = { kind: 'bearer', token: '' } as const
    expect(refusedBy({ ...system, credentials: empty }, 400, 'no labels').message).toMatch(/: no labels$/)
    expect(refusedBy({ ...system, credentials: { kind: 'none' } }, 503, '').retriable).toBe(true)
  })
})
