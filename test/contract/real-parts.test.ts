import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import Docker from 'dockerode'
import { describe, expect, test } from 'vitest'
import { baseImage, buildBaseImage } from '../../tools/provision/base-image.ts'
import { processesInControlGroup } from '../../tools/provision/control-group.ts'
import { startPrivateEngine } from '../../tools/provision/engine.ts'
import { engineFolder } from '../../tools/provision/engine-record.ts'
import { stopAbandonedEngines } from '../../tools/provision/engine-stop.ts'
import { isAlive, processesInNamespace } from '../../tools/provision/process-identity.ts'
import { startAlertmanager } from '../support/real/alertmanager.ts'
import { startContainer } from '../support/real/containers.ts'
import { engine } from '../support/real/engine.ts'
import { eventually } from '../support/real/eventually.ts'
import { startPrometheus } from '../support/real/prometheus.ts'
import { startWebhook } from '../support/real/webhook.ts'
import { realWorld } from '../support/real/world.ts'

const ages = ['oldest', 'newest'] as const

describe('the Docker engine of this run', () => {
  test('answers, and is used by nobody else', async () => {
    const info = await engine().info()
    expect(info.ServerVersion).toMatch(/^\d+\./)
    if (process.env.SELFHEAL_DOCKER_HOST === undefined) expect(info.Containers).toBe(0)
  })

  test('runs a service whose container the tests reach by its address', async () => {
    await using web = await startContainer()
    const url = `http://${await web.address()}/`
    const page = await eventually('the page', async () => (await fetch(url)).text())
    expect(page).toBe('ok\n')
  })

  test('removes a container when the test is done with it', async () => {
    const web = await startContainer()
    await web[Symbol.asyncDispose]()
    const left = await engine().listContainers({ all: true, filters: { id: [web.id] } })
    expect(left).toEqual([])
  })

  test('sees a process that the host ends as having died by itself', async () => {
    await using web = await startContainer()
    await web.signalFromHost('SIGKILL')
    const { State: state } = await eventually('the end', async () => {
      const seen = await web.container.inspect()
      return seen.State.Running ? undefined : seen
    })
    expect(state.ExitCode).toBe(137)
  })

  test('reports what a health check found', async () => {
    await using web = await startContainer({
      command: ['sh', '-c', 'touch /tmp/well; exec sleep 600'],
      health: { test: ['CMD', 'test', '-e', '/tmp/well'], intervalMs: 1000 },
    })
    const health = async () => (await web.container.inspect()).State.Health?.Status
    await eventually('healthy', async () => (await health()) === 'healthy')
    const removal = await web.container.exec({ Cmd: ['rm', '/tmp/well'] })
    await removal.start({ Detach: true })
    await eventually('unhealthy', async () => (await health()) === 'unhealthy')
  })
})

describe('a private engine', () => {
  test('leaves no process, mount, control group or file when it is stopped', async () => {
    const engine = await startPrivateEngine({ name: `own-${process.pid}` })
    await buildBaseImage(engine.host)
    const docker = new Docker({ socketPath: engine.host.replace('unix://', '') })
    const container = await docker.createContainer({
      Image: baseImage,
      HostConfig: { RestartPolicy: { Name: 'always' } },
    })
    await container.start()
    const cgroup = `selfheal-own-${process.pid}`
    const processes = [...processesInNamespace(engine.namespace), ...processesInControlGroup(cgroup)]
    expect(processes.length).toBeGreaterThanOrEqual(4) // dockerd, containerd, a shim, the container's process
    await engine.stop()
    expect(processes.filter(isAlive)).toEqual([])
    expect(processesInControlGroup(cgroup)).toEqual([])
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(dirname(engine.namespace))
    expect(existsSync(dirname(engine.namespace))).toBe(false)
    expect(existsSync(engineFolder(`own-${process.pid}`))).toBe(false)
  })

  test('of a run that was killed is taken away by the next run', async () => {
    const name = `killed-${process.pid}`
    const start = `import { startPrivateEngine } from './tools/provision/engine.ts'
      const { namespace } = await startPrivateEngine({ name: '${name}' })
      console.log(namespace)
      process.kill(process.pid, 'SIGKILL')`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', start], { encoding: 'utf8' })
    const namespace = stdout.trim()
    const processes = processesInNamespace(namespace)
    expect(processes.length).toBeGreaterThanOrEqual(2)
    await stopAbandonedEngines()
    expect(processes.filter(isAlive)).toEqual([])
    expect(existsSync(namespace)).toBe(false)
    expect(existsSync(engineFolder(name))).toBe(false)
  })
})

describe.each(ages)('the %s Prometheus', (version) => {
  test('is the version that it says it is, and evaluates rules', async () => {
    const rule = { record: 'two', expr: 'vector(1) + 1' }
    await using prometheus = await startPrometheus({
      version,
      config: { global: { evaluation_interval: '1s' }, rule_files: ['rules.yml'] },
      rules: { 'rules.yml': { groups: [{ name: 'test', rules: [rule] }] } },
    })
    const build = await getJson(`${prometheus.url}/api/v1/status/buildinfo`)
    expect(build).toMatchObject({
      data: { version: expect.stringContaining(realWorld().prometheus[version].version) },
    })
    const answer = await eventually('the recorded series', async () => {
      const seen = await getJson(`${prometheus.url}/api/v1/query?query=two`)
      return JSON.stringify(seen).includes('"two"') ? seen : undefined
    })
    expect(answer).toMatchObject({ data: { result: [{ value: [expect.any(Number), '2'] }] } })
  })
})

describe.each(ages)('the %s Alertmanager', (version) => {
  test('passes a posted alert on to a webhook', async () => {
    await using webhook = await startWebhook()
    await using alertmanager = await startAlertmanager({
      version,
      config: {
        route: { receiver: 'hook', group_wait: '0s' },
        receivers: [{ name: 'hook', webhook_configs: [{ url: webhook.url }] }],
      },
    })
    const status = await getJson(`${alertmanager.url}/api/v2/status`)
    expect(status).toMatchObject({ versionInfo: { version: realWorld().alertmanager[version].version } })
    const response = await fetch(`${alertmanager.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ labels: { alertname: 'Down', service: 'web' } }]),
    })
    expect(response.status).toBe(200)
    const notification = await eventually('the notification', () => webhook.received[0])
    expect(notification).toMatchObject({ version: '4', alerts: [{ status: 'firing', labels: { alertname: 'Down' } }] })
  })
})

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  return response.json()
}
