import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { rootFolder } from '../../tools/parts.mjs'
import { ensureAlertmanager } from '../../tools/provision/alertmanager.ts'
import { CommandError, runCommand } from '../../tools/provision/command.ts'
import { ensurePrometheus } from '../../tools/provision/prometheus.ts'

// What ships for Prometheus and Alertmanager, looked at by their own tools, the oldest and the newest that we support.

const plainRules = join(rootFolder, 'rules/plain.yml')
const alertmanagerFile = join(rootFolder, 'prometheus/alertmanager.yml')
const demoAlertmanagerFile = join(rootFolder, 'demo/alertmanager.yml')

describe.each(['oldest', 'newest'] as const)('with the %s promtool', (age) => {
  let promtool = ''
  let folder = ''

  beforeAll(async () => {
    promtool = (await ensurePrometheus(age)).promtool
    folder = await mkdtemp(join(tmpdir(), 'selfheal-rules-'))
    await mkdir(join(folder, 'rules'))
    await cp(plainRules, join(folder, 'rules/plain.yml'))
  }, 600_000)
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('accepts the plain rules', async () => {
    expect(await runCommand(promtool, ['check', 'rules', plainRules])).toContain('SUCCESS: 2 rules found')
  })

  it('sees the plain rules fire when they must and stay silent when they must', async () => {
    const answer = await runCommand(promtool, ['test', 'rules', join(rootFolder, 'rules/tests/plain.yml')])
    expect(answer).toContain('SUCCESS')
  })

  it('sees those tests fail where a rule does not wait', async () => {
    const hasty = join(folder, 'hasty')
    await mkdir(join(hasty, 'tests'), { recursive: true })
    await cp(join(rootFolder, 'rules/tests/plain.yml'), join(hasty, 'tests/plain.yml'))
    await writeFile(join(hasty, 'plain.yml'), (await readFile(plainRules, 'utf8')).replaceAll(/for: \w+/g, 'for: 0s'))
    await expect(runCommand(promtool, ['test', 'rules', join(hasty, 'tests/plain.yml')])).rejects.toThrow(CommandError)
  })

  it.each(['prometheus/prometheus.yml', 'demo/prometheus.yml'])('accepts %s', async (file) => {
    await cp(join(rootFolder, file), join(folder, 'prometheus.yml'))
    expect(await runCommand(promtool, ['check', 'config', join(folder, 'prometheus.yml')])).toContain('SUCCESS')
  })
})

describe.each(['oldest', 'newest'] as const)('with the %s amtool', (age) => {
  let amtool = ''
  beforeAll(async () => {
    amtool = (await ensureAlertmanager(age)).amtool
  }, 600_000)

  describe.each([alertmanagerFile, demoAlertmanagerFile])('%s', (file) => {
    const receiversOf = async (...labels: readonly string[]) =>
      (await runCommand(amtool, ['config', 'routes', 'test', `--config.file=${file}`, ...labels])).trim()

    it('is accepted', async () => {
      expect(await runCommand(amtool, ['check-config', file])).toContain('SUCCESS')
    })

    it.each(['down', 'unresponsive'])('sends symptom=%s to selfheal and to people', async (symptom) => {
      expect(await receiversOf('alertname=A', 'service=stock', `symptom=${symptom}`)).toBe('selfheal,pager')
    })

    it('sends what selfheal detected itself the way of every alert', async () => {
      expect(await receiversOf('alertname=A', 'selfheal_origin=engine', 'symptom=down')).toBe('selfheal,pager')
    })

    it.each(['escalation', 'self'])('sends selfheal_origin=%s to people and never back', async (origin) => {
      expect(await receiversOf('alertname=A', `selfheal_origin=${origin}`, 'symptom=down')).toBe('pager')
    })

    it('leaves every other alert with people', async () => {
      expect(await receiversOf('alertname=DiskFull', 'severity=warning')).toBe('pager')
    })
  })
})

describe('the plain rules', () => {
  it('put no measured value into a label, and tell a person what is wrong', async () => {
    const rules = await readRules()
    expect(rules.map((rule) => rule.alert)).toEqual(['ServiceDown', 'ServiceUnresponsive'])
    for (const { labels, annotations } of rules) {
      expect(JSON.stringify(labels)).not.toMatch(/\{\{|\$/)
      expect(Object.keys(annotations)).toEqual(['summary', 'description', 'value', 'runbook_url'])
    }
  })
})

interface AlertingRule {
  readonly alert: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

async function readRules(): Promise<readonly AlertingRule[]> {
  const file: { groups: readonly { rules: readonly AlertingRule[] }[] } = parse(await readFile(plainRules, 'utf8'))
  return file.groups.flatMap((group) => group.rules)
}
