import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLabelTemplate } from '../../../src/alert/label-template.ts'
import { hostOf, mayMean, resolve } from '../../../src/remediation/routing/resolve.ts'
import { SimulatedEngine } from '../../support/simulated-engine.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'

const clock = new VirtualClock()
const engine = new SimulatedEngine(clock)
engine.add('web', { count: 2, hostnames: ['web', 'Web.example.org'] })
engine.add('db')
engine.add('db', { project: 'blog' })
engine.add('job', { isReplica: false })
engine.add('node-exporter', { project: '_', hostnames: [] })
const containers = await engine.list(new AbortController().signal)
const now = clock.now()

const target = (
  labels: Readonly<Record<string, string>>,
  { firedAt = now, template = null as string | null } = {},
): string => {
  const named = template === null ? null : parseLabelTemplate(template)
  const resolution = resolve(labels, { firedAt, containers, target: named })
  return resolution.kind === 'target' ? resolution.lineage : resolution.reason
}

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['selfheal_target', { selfheal_target: 'local/blog/db' }, 'local/blog/db'],
  ['the name of a Swarm service', { container_label_com_docker_swarm_service_name: 'web' }, 'local/shop/web'],
  ['the Compose service', { container_label_com_docker_compose_service: 'web' }, 'local/shop/web'],
  [
    'the Compose service alone, when it is not the only one',
    { container_label_com_docker_compose_service: 'db' },
    'ambiguous-target',
  ],
  [
    'the Compose service with its project',
    { container_label_com_docker_compose_service: 'db', container_label_com_docker_compose_project: 'blog' },
    'local/blog/db',
  ],
  [
    'the Compose service with an empty project',
    { container_label_com_docker_compose_service: 'web', container_label_com_docker_compose_project: '' },
    'local/shop/web',
  ],
  [
    'the Compose service with another project',
    { container_label_com_docker_compose_service: 'web', container_label_com_docker_compose_project: 'blog' },
    'no-target',
  ],
  ['container, by the name of a container', { container: 'shop-web-2' }, 'local/shop/web'],
  ['container, by the name of a service', { container: 'web' }, 'local/shop/web'],
  ["container, by a container's name as Docker's API writes it", { container: '/shop-web-2' }, 'local/shop/web'],
  ['name', { name: 'blog-db-1' }, 'local/blog/db'],
  ['service', { service: 'web' }, 'local/shop/web'],
  ['service, when there are two of them', { service: 'db' }, 'ambiguous-target'],
  ['instance, by host name', { instance: 'web:8080' }, 'local/shop/web'],
  ['job', { job: 'node-exporter' }, 'local/_/node-exporter'],
  ['a completed job', { service: 'job' }, 'no-target'],
  ['nothing', { team: 'web' }, 'no-target'],
  ['a part of a name', { service: 'we' }, 'no-target'],
  ['a pattern', { service: '.*' }, 'no-target'],
  ['another case', { service: 'WEB' }, 'no-target'],
])('an alert names its target by %s', (_, labels, expected) => {
  expect(target(labels)).toBe(expected)
})

const order = [
  ['selfheal_target', 'local/shop/web'],
  ['container_label_com_docker_swarm_service_name', 'web'],
  ['container_label_com_docker_compose_service', 'web'],
  ['container', 'web'],
  ['name', 'web'],
  ['service', 'web'],
  ['instance', 'web:80'],
  ['job', 'web'],
] as const

test('the first label that is present decides, and one that names nothing does not fall through to the next', () => {
  for (const [index, [label, value]] of order.entries()) {
    const later = Object.fromEntries(order.slice(index + 1).map(([name]) => [name, 'nothing']))
    expect(target({ ...later, [label]: value }), label).toBe('local/shop/web')
    const good = Object.fromEntries(order.slice(index + 1))
    expect(target({ ...good, [label]: 'nothing' }), label).toBe('no-target')
  }
})

test('a label that is empty is not present', () => {
  expect(target({ selfheal_target: '', container: '', service: 'web' })).toBe('local/shop/web')
})

test.each([
  ['web:8080', 'web'],
  ['web', 'web'],
  ['Web.Example.org:80', 'web.example.org'],
  ['10.0.0.7:9100', '10.0.0.7'],
  ['[fe80::1]:9100', 'fe80::1'],
  ['[::1]', '::1'],
  ['fe80::1', 'fe80::1'],
  ['http://web:8080/metrics?x=1', 'web'],
  ['https://user:secret@web/', 'web'],
  ['http://[fe80::1]:80/', 'fe80::1'],
  ['web?x=/a', 'web'],
  ['', ''],
  [':9100', ''],
])('the host of the instance %s is %s', (instance, host) => {
  expect(hostOf(instance)).toBe(host)
})

test('an instance is found by alias or address, whatever its case and port', () => {
  for (const instance of ['WEB:80', 'web.example.org', 'http://web.example.org/health']) {
    expect(target({ instance }), instance).toBe('local/shop/web')
  }
})

test('an instance without a host is nobody, although containers that do not run have no address', () => {
  const stopped = containers.map((container) => ({
    ...container,
    replica: { ...container.replica, addresses: { default: '' } },
  }))
  const surroundings = { firedAt: now, containers: stopped.slice(0, 1), target: null }
  expect(resolve({ instance: ':9100' }, surroundings)).toMatchObject({ kind: 'none', reason: 'no-target' })
})

test('an address that several targets have is ambiguous', () => {
  expect(target({ instance: '172.18.0.2:80' })).toBe('ambiguous-target')
})

test('a container that is younger than the alert is not its cause', () => {
  const createdAt = now - 3_600_000
  expect(target({ instance: 'web:80' }, { firedAt: createdAt })).toBe('no-target')
  expect(target({ instance: 'web:80' }, { firedAt: createdAt + 1 })).toBe('local/shop/web')
})

test('why there is no target is said in words that are bounded', () => {
  const labels = { service: `x${'\u0000'.repeat(10_000)}` }
  const resolution = resolve(labels, { firedAt: now, containers, target: null })
  expect(resolution.kind).toBe('none')
  expect(JSON.stringify(resolution).length).toBeLessThan(3_000)
})

test.each<[string, string, Readonly<Record<string, string>>, string]>([
  ['a lineage', '{{ .labels.x }}', { x: 'local/blog/db' }, 'local/blog/db'],
  [
    'a lineage put together',
    'local/{{ .labels.stack }}/{{ .labels.app }}',
    { stack: 'blog', app: 'db' },
    'local/blog/db',
  ],
  ['a container', '{{ .labels.stack }}-{{ .labels.app }}-1', { stack: 'blog', app: 'db' }, 'local/blog/db'],
  ["a container as Docker's API writes it", '{{ .labels.x }}', { x: '/shop-web-1' }, 'local/shop/web'],
  ['a service', '{{ .labels.x }}', { x: 'web' }, 'local/shop/web'],
  ['a service of two projects', '{{ .labels.x }}', { x: 'db' }, 'ambiguous-target'],
  ['a label whose name is no identifier', '{{ index .labels "my.app" }}', { 'my.app': 'web' }, 'local/shop/web'],
  ['plain text', 'local/shop/web', {}, 'local/shop/web'],
  ['what does not exist', '{{ .labels.x }}', { x: 'local/shop/nothing' }, 'no-target'],
  ['a project and a service', '{{ .labels.x }}', { x: 'shop/web' }, 'no-target'],
  ['a label that is missing', '{{ .labels.x }}', { service: 'web' }, 'no-target'],
  ['a label that is empty', 'local/shop/{{ .labels.x }}', { x: '', service: 'web' }, 'no-target'],
  ['a path', 'local/shop/{{ .labels.x }}', { x: '../shop/web' }, 'no-target'],
  ['a part of a lineage', 'local/shop/{{ .labels.x }}', { x: 'we' }, 'no-target'],
])("a route's target can be %s", (_, template, labels, expected) => {
  expect(target(labels, { template })).toBe(expected)
})

test("a route's target decides alone: no label of the alert counts beside it", () => {
  const labels = { selfheal_target: 'local/blog/db', service: 'web', x: 'nothing' }
  expect(target(labels, { template: '{{ .labels.service }}' })).toBe('local/shop/web')
  expect(target(labels, { template: '{{ .labels.x }}' })).toBe('no-target')
})

test("why a route's target names nothing says which label is missing", () => {
  const surroundings = { firedAt: now, containers, target: parseLabelTemplate('local/{{ .labels.stack }}/web') }
  expect(resolve({ service: 'web' }, surroundings)).toMatchObject({
    reason: 'no-target',
    detail: 'the route\'s target "local/{{ .labels.stack }}/web" needs the label stack, which the alert has not',
  })
})

const byNames = containers.map(({ lineage, project, service, replica }) => ({
  ...{ lineage, project, service },
  name: replica.name,
}))

const anyLabels = fc.dictionary(
  fc.constantFrom(
    'selfheal_target',
    'container_label_com_docker_compose_service',
    'container_label_com_docker_compose_project',
    'container',
    'service',
    'instance',
    'job',
  ),
  fc
    .constantFrom('', 'web', '/web', 'db', 'job', 'blog', 'web:80', 'local/shop/web', 'local/blog/db', 'nothing')
    .map(String),
)

test.each([null, '{{ .labels.service }}', '{{ .labels.container }}', 'local/shop/{{ .labels.service }}'])(
  'an alert comes to the same target whether all containers are known or those alone that their names leave (template %j)',
  (template) => {
    const target = template === null ? null : parseLabelTemplate(template)
    let narrowed = 0
    fc.assert(
      fc.property(anyLabels, (labels) => {
        const meant = mayMean(labels, { target, named: byNames })
        if (meant === null) return
        narrowed += 1
        const left = containers.filter(({ lineage }) => meant.has(lineage))
        const question = { firedAt: now, target }
        expect(resolve(labels, { ...question, containers: left })).toEqual(resolve(labels, { ...question, containers }))
      }),
    )
    expect(narrowed).toBeGreaterThan(0)
  },
)

test('names alone leave the other services out, and say nothing of an address', () => {
  expect([...(mayMean({ service: 'web' }, { target: null, named: byNames }) ?? [])]).toEqual(['local/shop/web'])
  expect(mayMean({ instance: 'web:80' }, { target: null, named: byNames })).toBeNull()
})
