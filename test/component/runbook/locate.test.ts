import { describe, expect, test } from 'vitest'
import { locateProperty } from '../../../src/runbook/locate.ts'

const source = `// defineRunbook comes below: name: 'x'
import { defineRunbook, query, Type } from 'selfheal'
const name = \`\${'}'}\`
export default defineRunbook({
  /* name: 'not this' */ name: 'a{', // {
  'urgency': "down",
  match: ['a="}"', /* , */ 'b=~"[{]"'],
  labels: Type.Object({ service: Type.String({ pattern: '^a{2}$' }) }),
  ladder: [
    {
      plan({ target }) {
        return /[/}{]+/.test(target.lineage) ? [] : [{ within: 1 }]
      },
      verify: [running(), query({ expr: 'up{a="$b"}', than: 1 })],
      within: '1m',
    },
    { name, within: '2m', when: ({ labels }) => labels.a === '}' },
    elsewhere,
  ],
})
`

/** The rest of the line from where a property was found. */
function restAt(path: readonly (string | number)[]): string | undefined {
  const place = locateProperty(source, path)
  return source.split('\n')[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1)
}

describe('locateProperty', () => {
  test.each([
    [['name'], "name: 'a{', // {"],
    [['urgency'], `'urgency': "down",`],
    [['match', 1], `'b=~"[{]"'],`],
    [['ladder', 0, 'plan'], 'plan({ target }) {'],
    [['ladder', 0, 'within'], "within: '1m',"],
    [['ladder', 0, 'verify', 1, 'than'], 'than: 1 })],'],
    [['ladder', 1, 'name'], "name, within: '2m', when: ({ labels }) => labels.a === '}' },"],
    [['ladder', 1, 'when'], "when: ({ labels }) => labels.a === '}' },"],
    [['ladder', 2, 'within'], 'elsewhere,'],
  ])('finds %j', (path, rest) => {
    expect(restAt(path)).toBe(rest)
  })

  test.each([
    [['limits', 'cooldown'], 'defineRunbook({'],
    [['ladder', 7], 'ladder: ['],
    [['ladder', 1, 'risk'], '{ name, within'],
    [['labels', 'additionalProperties'], 'labels: Type.Object('],
  ])('finds what encloses %j where that is missing', (path, rest) => {
    expect(restAt(path)).toMatch(new RegExp(`^${rest.replaceAll(/[(){[]/g, '\\$&')}`))
  })

  test('finds the start of a plain object too, and nothing in a module without a runbook', () => {
    expect(locateProperty("\nexport default {\n  name: 'a' }", ['name'])).toEqual({ line: 3, column: 3 })
    expect(locateProperty('export const name = 1', ['name'])).toBeNull()
  })
})
