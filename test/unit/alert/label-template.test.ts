import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillTemplate, parseLabelTemplate, TemplateError } from '../../../src/alert/label-template.ts'

const fill = (text: string, labels: Readonly<Record<string, string>>) => fillTemplate(parseLabelTemplate(text), labels)

const faultOf = (text: string): TemplateError => {
  try {
    parseLabelTemplate(text)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`${text} was read`)
}

describe('a template over labels', () => {
  it.each([
    ['web', 'web'],
    ['{{ .labels.app }}', 'api'],
    ['{{.labels.app}}', 'api'],
    ['local/{{ .labels.stack }}/{{ .labels.app }}!', 'local/shop/api!'],
    ['{{ index .labels "my.app" }}', 'ui'],
    ['{{ index .labels "a \\"b\\"" }}', 'quoted'],
    ['{ {.labels.app} }', '{ {.labels.app} }'],
    ['}}', '}}'],
  ])('%s comes to %s', (text, value) => {
    const labels = { app: 'api', stack: 'shop', 'my.app': 'ui', 'a "b"': 'quoted' }
    expect(fill(text, labels)).toEqual({ ok: true, value })
  })

  it('names the label that is missing or empty', () => {
    expect(fill('{{ .labels.a }}-{{ .labels.b }}', { a: 'x' })).toEqual({ ok: false, missing: 'b' })
    expect(fill('{{ .labels.a }}', { a: '' })).toEqual({ ok: false, missing: 'a' })
    expect(fill('{{ .labels.constructor }}', {})).toEqual({ ok: false, missing: 'constructor' })
  })

  it.each([
    ['', 0, 'an empty text'],
    ['  ', 0, 'an empty text'],
    ['a{{ .labels.x', 1, 'an opening {{'],
    ['a{{ .Labels.x }}', 1, '"{{ .Labels.x }}"'],
    ['{{ $labels.x }}', 0, '"{{ $labels.x }}"'],
    ['{{ .labels.x | toUpper }}', 0, '"{{ .labels.x | toUpper }}"'],
    ['{{ .labels.my.app }}', 0, '"{{ .labels.my.app }}"'],
    ['{{ index .labels "" }}', 0, '"{{ index .labels \\"\\" }}"'],
    ['{{ index .labels "\\q" }}', 0, '"{{ index .labels \\"\\\\q\\" }}"'],
    ['{{ .labels.x }}{{ }}', 15, '"{{ }}"'],
  ])('%j is a fault at its place', (text, position, found) => {
    expect(faultOf(text)).toMatchObject({ position, found })
  })

  it('is read or refused, whatever it is, and then filled without a fault', () => {
    const part = fc.constantFrom('{{', '}}', ' ', '.labels.a', 'index .labels ', '"a"', 'x', '/', '"')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        try {
          const template = parseLabelTemplate(text)
          expect(template.text).toBe(text)
          const labels = template.parts.flatMap((one) => ('label' in one ? [[one.label, 'b']] : []))
          expect(fillTemplate(template, Object.fromEntries(labels)).ok).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError)
        }
      }),
    )
  })
})
