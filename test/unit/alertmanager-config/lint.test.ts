import { describe, expect, it } from 'vitest'
import { formatFindings } from '../../../src/alertmanager-config/finding.ts'
import { targetLabels } from '../../../src/alertmanager-config/target-labels.ts'
import { resolve } from '../../../src/remediation/routing/resolve.ts'
import { briefly, lint, shipped } from '../../support/alertmanager/lint.ts'

describe('the shipped alertmanager.yml', () => {
  it('has nothing that breaks healing, nor anything to be warned of', () => {
    expect(lint(shipped)).toEqual([])
    expect(lint(shipped, { needsToken: true, externalUrl: 'http://selfheal:9196', version: '0.25.0' })).toEqual([])
  })
})

describe('a finding', () => {
  it('has its place in the file, and no address or secret in its words', () => {
    const text = shipped
      .replace('max_alerts: 0', 'max_alerts: 7')
      .replace('http://selfheal:9196/api', 'https://user:s3cret@selfheal:9196/api')
    const line = text.split('\n').findIndex((one) => one.includes('max_alerts: 7')) + 1
    const found = lint(text, { externalUrl: 'https://selfheal:9196' })
    expect(found).toEqual([expect.objectContaining({ file: 'a.yml', line, column: 21, severity: 'fault' })])
    expect(formatFindings(found)).toMatch(
      /^a\.yml:\d+:21: fault: receivers\[0\]\.webhook_configs\[0\]\.max_alerts: found 7: .*, expected max_alerts: 0$/,
    )
    expect(formatFindings(found)).not.toContain('s3cret')
  })

  it.each([
    ['{', 'YAML'],
    ['', 'a root route with a receiver'],
    ['[]', 'a root route with a receiver'],
    ['route: 5', 'the receiver of the root route'],
    ['route: {receiver: x, routes: {a: b}}\nreceivers: 5', 'a list'],
  ])('is told of a file that is something else: %j', (text, expected) => {
    expect(lint(text).map((finding) => finding.expected)).toContainEqual(expect.stringContaining(expected))
  })

  it('reads mappings that are merged, and words for true', () => {
    const text = shipped.replace('follow_redirects: false', '<<: &no { follow_redirects: no }')
    expect(lint(text)).toEqual([])
  })

  it('takes an Alertmanager before 0.27 for one that knows the classic syntax alone', () => {
    const text = shipped.replace('symptom=~"down|unresponsive|error_rate"', 'größe="x"')
    expect(briefly(lint(text, { version: '0.25.0' }))).toContainEqual(
      expect.stringContaining('fault route.routes[1].matchers[0]'),
    )
    expect(briefly(lint(text, { version: '0.28.0' }))).not.toContainEqual(expect.stringContaining('fault'))
  })
})

it('the labels that name targets are those that the engine looks at', () => {
  const surroundings = { firedAt: 0, containers: [], target: null }
  const resolution = resolve({}, surroundings)
  expect(resolution).toMatchObject({ kind: 'none', detail: expect.stringContaining(targetLabels.join(', ')) })
})
