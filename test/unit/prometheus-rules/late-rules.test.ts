import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { alertInactive, running } from '../../../src/authoring/index.ts'
import { findLateRules, type JudgedRunbook } from '../../../src/prometheus-rules/find-late-rules.ts'
import { readRuleFile, readRules } from '../../../src/prometheus-rules/read-rules.ts'

const text = `groups:
  - name: one
    rules:
      - record: a:b
        expr: a
      - alert: ErrorSpike
        expr: a:b > 1
        keep_firing_for: 5m
        labels: &labels { symptom: error_rate, team: '{{ $labels.team }}' }
      - alert: Short
        expr: a:b > 1
        labels: *labels
`

const { rules } = readRuleFile('rules.yml', text)

const runbook = (changes: { readonly match?: readonly string[]; readonly withinMs?: number }): JudgedRunbook => ({
  match: changes.match ?? ['symptom="error_rate"'],
  ladder: [
    { verify: [running()], withinMs: 1 },
    { verify: [running(), alertInactive()], withinMs: changes.withinMs ?? 90_000 },
  ],
})

describe('rule files', () => {
  test('are read for names, static labels, time and place', () => {
    expect(rules).toEqual([
      {
        file: 'rules.yml',
        line: 6,
        alertname: 'ErrorSpike',
        labels: { symptom: 'error_rate' },
        keepFiringForMs: 300_000,
      },
      { file: 'rules.yml', line: 10, alertname: 'Short', labels: { symptom: 'error_rate' }, keepFiringForMs: 0 },
    ])
  })

  test('that cannot be read are reported; other YAML in a folder is left out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'rules.yml'), text)
    writeFileSync(join(folder, 'other.yaml'), 'a: 1')
    const read = await readRules([folder])
    expect(read.rules.map(({ file }) => file)).toEqual([join(folder, 'rules.yml'), join(folder, 'rules.yml')])
    expect(read.faults).toEqual([])
    writeFileSync(join(folder, 'broken.yml'), 'groups:\n  - a: [')
    const faults = (await readRules([folder, join(folder, 'gone'), join(folder, 'other.yaml')])).faults
    expect(faults).toMatchObject([
      { file: join(folder, 'broken.yml'), line: 2 },
      { file: join(folder, 'gone'), found: 'nothing' },
      { file: join(folder, 'other.yaml'), line: 1, found: 'no groups' },
    ])
  })
})

describe('alertInactive()', () => {
  test('is refused where the alert fires on for as long as the proof may take', () => {
    expect(findLateRules(runbook({}), rules)).toEqual([
      {
        path: ['ladder', 1, 'verify', 1],
        found:
          'alertInactive(), while ErrorSpike fires on for 5m after its expression is quiet (keep_firing_for, rules.yml:6)',
        expected: "'within' above '5m', a shorter keep_firing_for, or another check, such as a query()",
      },
    ])
    expect(findLateRules(runbook({ withinMs: 300_000 }), rules)).toHaveLength(1)
    expect(findLateRules(runbook({ withinMs: 300_001 }), rules)).toEqual([])
  })

  test.each([
    [['alertname="ErrorSpike"'], 1],
    [['alertname=~"Error.*"', 'service="web"'], 1],
    [['symptom="error_rate"', 'team="a"'], 1],
    [['alertname="Other"'], 0],
    [['symptom="error_rate"', 'alertname="Other"'], 0],
    [['service="web"'], 0],
    [['team="a"'], 0],
  ])('is held against the rules that %j may take', (match, count) => {
    expect(findLateRules(runbook({ match }), rules)).toHaveLength(count)
  })
})
