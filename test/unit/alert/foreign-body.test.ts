import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeForeignBody } from '../../../src/alert/foreign-body.ts'

describe('a body that is no notification', () => {
  it.each([
    ['a custom payload', { text: 'x', channel: 'ops' }, /the fields text, channel and no version.*custom "payload"/],
    ['an empty object', {}, /no fields and no version/],
    ['what Prometheus posts', [{ labels: { alertname: 'A' } }], /as Prometheus posts alerts/],
    ['a text', 'hello', /not an object/],
    ['nothing', null, /not an object/],
    ['another version', { version: '1', alerts: [] }, /found "1", expected "4"/],
    ['a version that is no text', { version: 4, alerts: [] }, /found something else, expected "4"/],
    ['many fields', Object.fromEntries('abcdefgh'.split('').map((name) => [name, 1])), /a, b, c, d, e, f and 2 more/],
    ['fields that are no names', { '<script>': 1, 'a\nb': 2 }, /has 2 fields and no version/],
  ])('such as %s is said to be so', (_, body, said) => {
    expect(describeForeignBody(body)).toMatch(said)
  })

  it('is not said of one that has the outline of a notification', () => {
    expect(describeForeignBody({ version: '4' })).toBeNull()
  })

  it('is described in one short line without any value of it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.constant('planted-value')), (body) => {
        const said = describeForeignBody({ ...body, version: undefined }) ?? ''
        expect(said).not.toContain('planted-value')
        expect(said.length).toBeLessThan(500)
        expect(said).toMatch(/^[\x20-\x7e]+$/)
      }),
    )
  })
})
