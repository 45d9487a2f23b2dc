import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load-config.ts'
import { compareSettings, keysThatNeedRestart } from '../../../src/config/settings-change.ts'
import { writeFiles } from './temporary-files.ts'

const hash = 'ab'.repeat(32)

const settingsOf = async (text: string, files: Readonly<Record<string, string>> = {}) => {
  const folder = writeFiles({ 'selfheal.yml': text, ...files })
  const loaded = await loadConfig({ file: join(folder, 'selfheal.yml'), env: {} })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults))
  return loaded.settings
}

const changeOf = async (before: string, after: string, files?: Readonly<Record<string, string>>) =>
  compareSettings(await settingsOf(before, files), await settingsOf(after, files))

const prometheus = 'prometheus: { url: "http://p:9090" }'

describe('a change of the configuration', () => {
  it.each<[string, string, string]>([
    ['mode', '', 'mode: auto'],
    ['ceiling', '', 'ceiling: observe'],
    ['docker.opt_in', '', 'docker: { opt_in: [a=b] }'],
    ['prometheus.scrape_interval', prometheus, prometheus.replace(' }', ', scrape_interval: 5s }')],
    ['escalation.copy_labels', '', 'escalation: { copy_labels: [a] }'],
    ['limits.budgets', '', 'limits: { budgets: [1/1h] }'],
    ['limits.cooldown', '', 'limits: { cooldown: 1m }'],
    ['reopen_within', '', 'reopen_within: 1m'],
    ['reopen_limit', '', 'reopen_limit: 7'],
    ['approval_timeout', '', 'approval_timeout: 1m'],
    ['action_timeout', '', 'action_timeout: 1m'],
    ['proof.poll_interval', '', 'proof: { poll_interval: 1s }'],
    ['routes', 'routes: [{ match: [a=b] }]', 'routes: [{ match: [a=b], routes: [{ match: [a=b], mode: auto }] }]'],
    ['maintenance', '', 'maintenance: [{ name: a, from: "01:00", to: "02:00" }]'],
    ['shipped_routes', '', 'shipped_routes: false'],
    ['runbooks.folders', '', 'runbooks: { folders: [shipped, /srv/mine] }'],
    ['runbooks.deadline', '', 'runbooks: { deadline: 7s }'],
    ['web.token_file', 'web: { token_file: one }', 'web: { token_file: two }'],
    ['log.level', '', 'log: { level: debug }'],
  ])('of %s is taken up at once', async (key, before, after) => {
    const files = { one: `a:read:${hash}`, two: `b:read:${hash}` }
    expect(await changeOf(before, after, files)).toEqual({ live: [key], fixed: [] })
  })

  it.each<[string, string, string]>([
    ['docker.name', '', 'docker: { name: prod }'],
    ['docker.host', '', 'docker: { host: "tcp://10.0.0.1:2375" }'],
    ['docker.timeout', '', 'docker: { timeout: 1s }'],
    ['prometheus', prometheus, 'prometheus: { url: "http://q:9090" }'],
    ['prometheus', prometheus, prometheus.replace(' }', ', bearer_token: s3cret }')],
    ['alertmanagers', '', 'alertmanagers: [{ url: "http://a:9093" }]'],
    ['escalation.webhooks', '', 'escalation: { webhooks: [{ name: a, url: "http://h" }] }'],
    ['web.max_body_size', '', 'web: { max_body_size: 1MiB }'],
    ['web.external_url', '', 'web: { external_url: "https://s" }'],
  ])('of %s needs a restart', async (key, before, after) => {
    expect(await changeOf(before, after)).toEqual({ live: [], fixed: [key] })
    expect(keysThatNeedRestart).toContain(key)
  })

  it('that changes nothing is none, and several are told in order, without any value', async () => {
    expect(await changeOf('mode: advise', '# the default\n')).toEqual({ live: [], fixed: [] })
    expect(await changeOf('', `log: { level: debug }\nmode: auto\n${prometheus}`)).toEqual({
      live: ['mode', 'prometheus.scrape_interval', 'log.level'],
      fixed: ['prometheus'],
    })
  })

  it('is seen in every setting that there is', async () => {
    const settings = await settingsOf('')
    for (const part of ['engine', 'docker', 'runbooks', 'web', 'log'] as const) {
      for (const name of Object.keys(settings[part])) {
        const changed = { ...settings, [part]: { ...settings[part], [name]: 'changed' } }
        const { live, fixed } = compareSettings(settings, changed)
        expect([part, name, live.length + fixed.length]).toEqual([part, name, 1])
      }
    }
  })
})
