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

/** Changes of the rules that their tests must notice, by the file of the tests: what it is, from, to. */
const changes: Readonly<Record<string, readonly (readonly [string, RegExp, string])[]>> = {
  'plain.yml': [['where a rule does not wait', /for: \w+/g, 'for: 0s']],
  'errors.yml': [
    ['where a rule does not wait', /for: \w+/g, 'for: 0s'],
    ['where nobody asks whether it still goes on', / and service:error_ratio:rate1m > 0.25/g, ''],
    [
      'where one error in few requests counts',
      /\(service:http_requests:rate(.m) >= 0.1\)/g,
      'service:http_requests:rate$1',
    ],
    ['where no error is no ratio', /or 0 \* service:http_requests:rate\dm/g, ''],
    ['where the fault of a caller counts', /5\.\./g, '[45]..'],
    ['where services of one name are thrown together', /, container_label_\w+/g, ''],
    ['where what belongs to no service counts', /service!=""/g, 'service=~".*"'],
    ['where a name of the status is forgotten', /or rate\(http_requests_total\{service!="", status=~.*\n/g, ''],
  ],
}

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
    expect(await runCommand(promtool, ['check', 'rules', plainRules])).toContain('SUCCESS: 10 rules found')
  })

  describe.each(['plain.yml', 'errors.yml'])('and the tests in %s', (file) => {
    it('sees the rules fire when they must and stay silent when they must', async () => {
      const answer = await runCommand(promtool, ['test', 'rules', join(rootFolder, 'rules/tests', file)])
      expect(answer).toContain('SUCCESS')
    })

    it.each(changes[file] ?? [])('sees them fail %s', async (_, from, to) => {
      const changed = await mkdtemp(join(folder, 'changed-'))
      await mkdir(join(changed, 'tests'))
      await cp(join(rootFolder, 'rules/tests', file), join(changed, 'tests', file))
      const rules = await readFile(plainRules, 'utf8')
      expect(rules).toMatch(from)
      await writeFile(join(changed, 'plain.yml'), rules.replaceAll(from, to))
      await expect(runCommand(promtool, ['test', 'rules', join(changed, 'tests', file)])).rejects.toThrow(CommandError)
    })
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

    it.each(['down', 'unresponsive', 'error_rate'])('sends symptom=%s to selfheal and to people', async (symptom) => {
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
    const rules = await readAlertingRules()
    expect(rules.map((rule) => rule.alert)).toEqual([
      'ServiceDown',
      'ServiceUnresponsive',
      'ServiceErrors',
      'ServiceErrors',
    ])
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

async function readAlertingRules(): Promise<readonly AlertingRule[]> {
  const file: { groups: readonly { rules: readonly (AlertingRule | { readonly record: string })[] }[] } = parse(
    await readFile(plainRules, 'utf8'),
  )
  return file.groups.flatMap((group) => group.rules).flatMap((rule) => ('alert' in rule ? [rule] : []))
}
