import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInstant, zeroInstant } from '../../../src/lib/rfc3339.ts'

describe('instants', () => {
  it('are read back as they are written', () => {
    const at = fc.date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(at, (date) => {
        expect(parseInstant(date.toISOString())).toBe(date.getTime())
      }),
    )
  })

  it('know the zero time of Go', () => {
    expect(parseInstant('0001-01-01T00:00:00Z')).toBe(zeroInstant)
  })

  it.each([
    '',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00+24:00',
    '26-01-01T00:00:00Z',
    '2026-01-01T00:00:00.1234567890Z',
  ])('are not %j', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })
})
