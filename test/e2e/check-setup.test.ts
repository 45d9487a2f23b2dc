import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { rootFolder } from '../../tools/parts.mjs'
import { getJson } from '../support/e2e/api.ts'
import { runSelfheal } from '../support/e2e/node-program.ts'
import { quickConfig, runbookText } from '../support/e2e/runbooks.ts'
import { startSelfheal } from '../support/e2e/selfheal.ts'
import { startService } from '../support/e2e/services.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { engineHost } from '../support/real/engine.ts'
import { freePort } from '../support/real/free-port.ts'
import { startPrometheus } from '../support/real/prometheus.ts'
import { startWebhook } from '../support/real/webhook.ts'

interface Line {
  readonly step: string
  readonly outcome: string
  readonly found: string
  readonly expected: string
}

/** The shipped configuration with addresses of this test; without the token, which this selfheal does not want. */
async function shippedConfig(port: number, pager: string) {
  const config = parse(await readFile(join(rootFolder, 'prometheus/alertmanager.yml'), 'utf8'))
  const [selfheal, people] = config.receivers
  selfheal.webhook_configs[0].url = `http://127.0.0.1:${port}/api/v1/alerts`
  delete selfheal.webhook_configs[0].http_config.authorization
  people.webhook_configs[0].url = pager
  for (const route of config.route.routes) if (route.group_wait === '5s') route.group_wait = '1s'
  return config
}

const rule = { alert: 'ServiceDown', expr: 'up == 0', labels: { symptom: 'down' } }

/** Everything that a setup is made of, connected as the shipped files say, after a change to one of them. */
async function startStand(
  version: 'oldest' | 'newest',
  // biome-ignore lint/suspicious/noExplicitAny: a file that is known, changed at one place
  change: (config: any) => void = () => {},
) {
  const parts = new AsyncDisposableStack()
  const port = await freePort()
  const pager = parts.use(await startWebhook())
  const config = await shippedConfig(port, pager.url)
  change(config)
  const alertmanager = parts.use(await startAlertmanager({ version, config }))
  const prometheus = parts.use(
    await startPrometheus({
      version,
      config: { global: { scrape_interval: '15s' }, rule_files: ['rules.yml'] },
      rules: { 'rules.yml': { groups: [{ name: 'test', rules: [rule] }] } },
    }),
  )
  parts.use(await startService())
  const selfheal = parts.use(
    await startSelfheal({
      port,
      files: { 'runbooks/quick.ts': runbookText() },
      config: {
        ...quickConfig(engineHost()),
        prometheus: { url: prometheus.url, scrape_interval: '15s' },
        alertmanagers: [{ url: alertmanager.url }],
      },
    }),
  )
  const check = async (...flags: readonly string[]) => {
    const file = join(selfheal.folder, 'selfheal.yml')
    const { code, stdout, stderr } = await runSelfheal([
      ...['check', 'setup', `--config.file=${file}`, `--url=http://127.0.0.1:${port}`, '-o', 'json'],
      ...flags,
    ])
    const answer: { readonly ok: boolean; readonly steps: readonly Line[] } = JSON.parse(stdout)
    return { code, stderr, ok: answer.ok, lines: answer.steps }
  }
  return { pager, alertmanager, selfheal, check, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

describe.each(['oldest', 'newest'] as const)('check setup, with the %s Alertmanager and Prometheus,', (version) => {
  test('finds nothing in a good setup, and its test alert does no harm', { timeout: 120_000 }, async () => {
    await using stand = await startStand(version)
    const { code, ok, lines, stderr } = await stand.check()
    expect(lines.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'note')).toEqual([])
    expect({ code, ok }, stderr).toEqual({ code: 0, ok: true })
    expect([...new Set(lines.map(({ step }) => step))]).toEqual([
      'docker',
      'prometheus',
      'prometheus scraping',
      'prometheus rules',
      'selfheal',
      'alertmanager',
      'alertmanager test alert',
    ])
    expect(lines.at(-1)?.found).toMatch(/^seen by selfheal/)
    const alerts = await stand.selfheal.alerts()
    expect(alerts).toMatchObject([{ labels: { alertname: 'SelfhealSetupTest', symptom: 'down' }, incident: null }])
    expect(await getJson(`${stand.alertmanager.url}/api/v2/alerts`)).toEqual([])
    expect(stand.pager.received).toEqual([])
  })

  test('tells what is wrong, and posts nothing where people would be told', { timeout: 120_000 }, async () => {
    await using stand = await startStand(version, (config) => {
      config.route.routes[2].repeat_interval = '10s'
      config.route.routes[3].group_wait = '1s'
    })
    const { code, ok, lines } = await stand.check()
    expect({ code, ok }).toEqual({ code: 1, ok: false })
    expect(lines.filter(({ outcome }) => outcome === 'fault')).toEqual([
      expect.objectContaining({ step: 'alertmanager', found: expect.stringContaining('10s, below the cooldown') }),
    ])
    expect(lines.at(-1)).toMatchObject({ outcome: 'skipped', found: expect.stringContaining('"pager" would be told') })
    expect(await getJson(`${stand.alertmanager.url}/api/v2/alerts`)).toEqual([])
  })
})
