import { readdirSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import type { Runbook } from '../../../src/authoring/index.ts'
import { shippedRoutes } from '../../../src/config/shipped-routes.ts'
import { shippedRunbooks } from '../../../src/config/to-settings.ts'
import { route } from '../../../src/remediation/routing/route.ts'
import { settings } from '../../support/engine-world.ts'
import { InProcessRunbooks } from '../../support/in-process-runbooks.ts'

const files = readdirSync(shippedRunbooks).filter((name) => name.endsWith('.ts'))
const modules = await Promise.all(files.map((file) => import(`${shippedRunbooks}/${file}`)))
const runbooks = new InProcessRunbooks(modules.map((loaded): Runbook => loaded.default))

const routed = (labels: Readonly<Record<string, string>>) => {
  const found = route(labels, runbooks.list(), { ...settings, shippedRoutes })
  const runbook = found.runbook?.name ?? null
  return { runbook, fault: runbook === null ? null : runbooks.labelFault(runbook, labels) }
}

// Labels as these rules really leave them: those of the metric, kept or aggregated by the expression.
const cadvisor = { job: 'cadvisor', instance: 'cadvisor:8080', id: '/docker/4f1d', image: 'shop/web:1' }
const compose = {
  container_label_com_docker_compose_project: 'shop',
  container_label_com_docker_compose_service: 'web',
}

describe('an alert of a well-known collection', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['ContainerKilled', { ...cadvisor, name: 'shop-web-1' }, 'container-down'],
    ['ContainerKilled', { ...cadvisor, ...compose, name: 'shop-web-1' }, 'container-down'],
    ['ContainerAbsent', { name: 'shop-web-1' }, 'container-down'],
    ['jenkins_down', { name: 'jenkins' }, 'container-down'],
    ['ContainerNotRunning', { container: 'shop-web-1', hostname: 'a' }, 'container-down'],
    ['ContainerDown', { ...cadvisor, name: 'shop-web-1' }, 'container-down'],
    ['ContainerDown', { job: 'web', instance: 'web:8080' }, 'target-down'],
    ['DockerContainerDown', { job: 'exporter', instance: 'x:1', container_name: 'shop-web-1' }, 'container-down'],
    ['InstanceDown', { job: 'web', instance: 'web:8080' }, 'target-down'],
    ['TargetDown', { job: 'web', instance: 'web:8080', service: 'web' }, 'target-down'],
    ['PrometheusTargetMissing', { job: 'web', instance: 'web:8080' }, 'target-down'],
    ['PrometheusTargetMissingWithWarmupTime', { job: 'web', instance: 'web:8080' }, 'target-down'],
    ['monitor_service_down', { job: 'web', instance: 'web:8080' }, 'target-down'],
    ['service_down', { job: 'shipping', instance: 'shipping:8080' }, 'target-down'],
    ['ServiceDown', { job: 'web', instance: 'web:8080' }, 'target-down'],
    ['BlackboxProbeFailed', { job: 'blackbox', instance: 'http://web:8080', service: 'web' }, 'unresponsive'],
    ['ProbeFailed', { job: 'blackbox', instance: 'http://web:8080', service: 'web' }, 'unresponsive'],
    ['EndpointDown', { job: 'blackbox', instance: 'http://web:8080', service: 'web' }, 'unresponsive'],
    ['ContainerUnhealthy', { ...cadvisor, name: 'shop-web-1', service: 'web' }, 'unresponsive'],
    ['DockerContainerUnhealthy', { container: 'shop-web-1', service: 'web' }, 'unresponsive'],
  ])('%s with %j goes to %s', (alertname, labels, runbook) => {
    expect(routed({ alertname, severity: 'critical', ...labels })).toEqual({ runbook, fault: null })
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    // cAdvisor's series of a systemd unit: its `instance` is cAdvisor itself.
    ['ContainerKilled', { job: 'cadvisor', instance: 'cadvisor:8080', id: '/system.slice/getty.service' }],
    ['ContainerAbsent', {}],
    // The exporter that probes is down, not what it probes.
    ['InstanceDown', { job: 'blackbox-http', instance: 'http://web:8080' }],
    ['service_down', { job: 'Blackbox', instance: 'http://web:8080' }],
    ['InstanceDown', { job: 'snmp', instance: '10.0.0.1' }],
    // Which target of the job is down is not said.
    ['TargetDown', { job: 'web', namespace: 'x', service: 'web' }],
    ['PrometheusAllTargetsMissing', { job: 'web' }],
    ['BlackboxProbeFailed', { job: 'blackbox', instance: 'http://web:8080' }],
    // What the exporter says of its database: the labels are the exporter's own.
    ['RedisDown', { job: 'redis', instance: 'redis-exporter:9121' }],
    // What only informs.
    ['ContainerHighMemoryUsage', { instance: 'cadvisor:8080', name: 'shop-web-1' }],
    ['BlackboxSslCertificateWillExpireSoon', { instance: 'https://web', service: 'web' }],
    ['NodeFilesystemAlmostOutOfSpace', { job: 'node', instance: 'node:9100', mountpoint: '/' }],
    ['Watchdog', { severity: 'none' }],
  ])('%s with %j goes nowhere', (alertname, labels) => {
    expect(routed({ alertname, severity: 'critical', ...labels }).runbook).toBeNull()
  })
})

test('every shipped route names a runbook that ships, and asks for its own alert name first', () => {
  const names = runbooks.list().map(({ name }) => name)
  expect(shippedRoutes.filter(({ runbook }) => !names.includes(runbook))).toEqual([])
  expect(shippedRoutes.filter(({ name, match }) => match[0] !== `alertname="${name}"`)).toEqual([])
  expect(Object.isFrozen(shippedRoutes[0]?.match)).toBe(true)
})
