import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aRunbook } from '../runbook/runbook-folder.ts'
import { run } from './capture.ts'
import { aTemporaryFolder } from './temporary-folder.ts'

const rules = `groups:
  - name: one
    rules:
      - alert: Down
        expr: up == 0
        keep_firing_for: 10m
        labels: { symptom: down }
`

describe('check runbooks --rules', () => {
  it('reports an alertInactive() that the rule contradicts, with its place and what to write', async () => {
    const folder = aTemporaryFolder()
    const [runbook, file] = [join(folder, 'one.ts'), join(folder, 'rules.yml')]
    writeFileSync(runbook, aRunbook({ verify: '[alertInactive()]' }).replace('running', 'alertInactive'))
    writeFileSync(file, rules)
    const alone = await run(['check', 'runbooks', folder])
    expect(alone).toMatchObject({ code: 0 })
    const { code, stderr } = await run(['check', 'runbooks', folder, '--rules', file])
    expect(code).toBe(1)
    const line = stderr.trim().split('\n').at(-1) ?? ''
    expect(line).toMatch(
      /one\.ts:\d+:\d+: ladder\[0\]\.verify\[0\]: found alertInactive\(\), while Down fires on for 10m/,
    )
    expect(line).toContain(`${file}:4`)
    const asJson = await run(['check', 'runbooks', folder, '--rules', folder, '-o', 'json'])
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      ok: false,
      faults: [
        { file: runbook, line: expect.any(Number), column: expect.any(Number), property: 'ladder[0].verify[0]' },
      ],
    })
  })

  it('reports a rule file that cannot be read', async () => {
    const folder = aTemporaryFolder()
    writeFileSync(join(folder, 'one.ts'), aRunbook())
    const { code, stderr } = await run(['check', 'runbooks', folder, '--rules', join(folder, 'gone.yml')])
    expect(code).toBe(1)
    expect(stderr).toContain(`${join(folder, 'gone.yml')}: found nothing, expected a readable Prometheus rule file`)
  })
})
