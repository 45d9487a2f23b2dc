import { describe, expect, it } from 'vitest'
import { alertmanagerStep } from '../../../src/cli/setup/alertmanager-step.ts'
import { dockerStep } from '../../../src/cli/setup/docker-step.ts'
import { prometheusSteps } from '../../../src/cli/setup/prometheus-step.ts'
import { serverStep } from '../../../src/cli/setup/server-step.ts'
import { createSteps } from '../../../src/cli/setup/step.ts'
import { loadConfig } from '../../../src/config/load-config.ts'
import type { Settings } from '../../../src/config/settings.ts'
import { aServer } from './capture.ts'

const defaults = async (): Promise<Settings> => {
  const loaded = await loadConfig({ env: {} })
  if (!loaded.ok) throw new Error('the defaults are faulty')
  return loaded.settings
}

const endpointAt = (url: string) => ({ url, credentials: { kind: 'none' }, timeoutMs: 5000 }) as const

const prometheusSaying = async (data: object, status = 200) => {
  const { url } = await aServer(status, JSON.stringify({ status: 'success', data }))
  const settings = await defaults()
  const steps = createSteps(() => {})
  const all = prometheusSteps({
    ...settings,
    engine: { ...settings.engine, scrapeIntervalMs: 60_000 },
    prometheus: endpointAt(url),
  })
  for (const step of all) await steps.run(step)
  return steps.results
}

const yaml = (interval: string, job: string) =>
  `global: { scrape_interval: ${interval} }\nscrape_configs: [{ job_name: a, scrape_interval: ${job} }, { job_name: b }]`
const speaking = { groups: [{ rules: [{ type: 'alerting', labels: { symptom: 'down' } }, { type: 'recording' }] }] }

describe('the steps for Prometheus', () => {
  it('are content where it scrapes as selfheal thinks, and has rules that speak of symptoms', async () => {
    const results = await prometheusSaying({ version: '3.5.0', yaml: yaml('1m', '15s'), ...speaking })
    expect(results.map(({ outcome, found }) => `${outcome} ${found}`)).toEqual([
      'ok version 3.5.0 answers',
      'ok scraped every 1m, as selfheal thinks',
      'ok 1 of 1 alerting rules have a label symptom',
    ])
  })

  it('tell of a job that is scraped too rarely, and what to write', async () => {
    const [, scraping, rules] = await prometheusSaying({ version: '3', yaml: yaml('1m', '2m'), groups: [] })
    expect(scraping).toMatchObject({
      outcome: 'fault',
      found: expect.stringContaining('job "a" is scraped every 2m, selfheal thinks every 1m'),
      expected: 'prometheus.scrape_interval: 2m in selfheal.yml',
    })
    expect(rules).toMatchObject({ outcome: 'warning', found: '0 of 0 alerting rules have a label symptom' })
  })

  it('note that proofs wait too long, and that a configuration cannot be read', async () => {
    expect((await prometheusSaying({ yaml: yaml('15s', '5s') }))[1]).toMatchObject({ outcome: 'note' })
    expect((await prometheusSaying({ yaml: '{' }))[1]).toMatchObject({ outcome: 'note' })
  })

  it('each fail where it refuses our credentials', async () => {
    const results = await prometheusSaying({}, 401)
    expect(results.map(({ outcome }) => outcome)).toEqual(['fault', 'fault', 'fault'])
    expect(results[0]).toMatchObject({
      found: expect.stringContaining('401'),
      expected: expect.stringContaining('credentials'),
    })
  })

  it('say that there is none', async () => {
    const steps = createSteps(() => {})
    for (const step of prometheusSteps(await defaults())) await steps.run(step)
    expect(steps.results).toMatchObject([{ outcome: 'warning', expected: 'prometheus.url in selfheal.yml' }])
  })
})

describe('the other steps', () => {
  it('tell of a Docker that is not there', async () => {
    const settings = await defaults()
    const steps = createSteps(() => {})
    await steps.run(dockerStep({ ...settings, docker: { ...settings.docker, host: 'unix:///nowhere/docker.sock' } }))
    expect(steps.results).toMatchObject([{ outcome: 'fault', found: expect.stringContaining('/nowhere/docker.sock') }])
  })

  it('tell of an Alertmanager that is something else', async () => {
    const { url } = await aServer(200, '{"hello":1}')
    const steps = createSteps(() => {})
    const question = { name: 'alertmanager', endpoint: endpointAt(url), receiver: undefined, isConfigured: true }
    expect(await steps.run(alertmanagerStep({ ...question, settings: await defaults() }))).toBeNull()
    expect(steps.results).toMatchObject([{ outcome: 'fault', expected: 'its address without /api/v2' }])
  })

  it('judge what an Alertmanager runs with by its own version', async () => {
    const original = `route: { receiver: selfheal, group_by: [service] }\nreceivers: [{ name: selfheal, webhook_configs: [{ url: <secret> }] }]`
    const { url } = await aServer(200, JSON.stringify({ versionInfo: { version: '0.33.1' }, config: { original } }))
    const steps = createSteps(() => {})
    const question = { name: 'alertmanager', endpoint: endpointAt(url), receiver: undefined, isConfigured: true }
    const subject = await steps.run(alertmanagerStep({ ...question, settings: await defaults() }))
    expect(subject?.healingRoutes).toHaveLength(1)
    expect(steps.results[0]).toMatchObject({ outcome: 'ok', found: 'version 0.33.1 answers' })
    expect(steps.results.map(({ outcome, found }) => `${outcome} ${found}`)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("fault route (line 1): selfheal's own alerts"),
        expect.stringContaining('its name says that it posts to selfheal'),
        expect.stringContaining('no timeout'),
      ]),
    )
  })

  it('tell of a selfheal that wants a token', async () => {
    const { url } = await aServer(401, '{"error":{"code":"unauthorized","message":"a token is needed"}}')
    const steps = createSteps(() => {})
    expect(await steps.run(serverStep({ url, token: undefined }))).toBeUndefined()
    expect(steps.results).toMatchObject([
      { outcome: 'fault', found: 'a token is needed', expected: expect.stringContaining('SELFHEAL_TOKEN') },
    ])
  })
})
