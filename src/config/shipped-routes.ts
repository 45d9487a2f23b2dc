/**
 * The routes that ship, for alert names that people already have, each with the collection that it is from.
 *
 * An alert is here only where its own labels name what is to be healed. Deliberately not here:
 * - what only informs (CPU, memory, disk, restarts, certificates, slow probes): restarting cures none of it
 * - node-mixin (node_exporter): every alert is about a host; docker-mixin (Grafana's jsonnet-libs) has no alerts
 * - `RedisDown`, `PostgresqlDown` and the like: the exporter says so, and `instance` and `job` are the exporter's
 * - TargetDown and PrometheusAllTargetsMissing without `instance`: some target of a job is down, but not which
 */
import { parseLabelTemplate } from '../alert/label-template.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { ShippedRoute } from './settings.ts'

type Variant = { readonly labels: readonly string[]; readonly runbook: string; readonly target?: string }

/** cAdvisor writes the container into `name`; its series of cgroups that are no container have none, but an `instance`. */
const cadvisor: Variant = { labels: ['name!=""'], runbook: 'container-down' }

/** Exporters of container states, and labels made from service discovery, call it otherwise. */
const otherNames: readonly Variant[] = [
  { labels: ['name=""', 'container!=""'], runbook: 'container-down' },
  {
    labels: ['name=""', 'container=""', 'container_name!=""'],
    runbook: 'container-down',
    target: '{{ .labels.container_name }}',
  },
]

/** In a job that probes others, `up` speaks of the exporter while `instance` may name what is probed. */
const up: Variant = {
  labels: ['job!=""', 'instance!=""', 'job!~"(?i).*(blackbox|probe|snmp).*"'],
  runbook: 'target-down',
}

/** `up == 0` under a name that says container: only where no label names one. */
const upOfContainer: Variant = { ...up, labels: ['name=""', 'container=""', 'container_name=""', ...up.labels] }

/** The runbook asks for the label `service`, and its proof for the probes of that service. */
const answers: Variant = { labels: ['service!=""'], runbook: 'unresponsive' }

const shipped = (alert: string, ...variants: readonly Variant[]): readonly ShippedRoute[] =>
  variants.map(({ labels, runbook, target }) => ({
    name: alert,
    match: [`alertname="${alert}"`, ...labels],
    runbook,
    ...(target !== undefined && { target: parseLabelTemplate(target) }),
  }))

/** All of them, in the order in which they are asked. Runbooks that are not loaded are passed over. */
export const shippedRoutes: readonly ShippedRoute[] = deepFreeze([
  // awesome-prometheus-alerts, Docker containers (cAdvisor): `time() - container_last_seen > 60`
  ...shipped('ContainerKilled', cadvisor),
  // the same collection: `absent(container_last_seen)`, which has labels only where the selector names them
  ...shipped('ContainerAbsent', cadvisor),
  // dockprom: `absent(container_memory_usage_bytes{name="jenkins"})`
  ...shipped('jenkins_down', cadvisor),
  // Guides for cAdvisor and for exporters of container states, in no one collection
  ...shipped('ContainerNotRunning', cadvisor, ...otherNames),
  ...shipped('ContainerDown', cadvisor, ...otherNames, upOfContainer),
  ...shipped('DockerContainerDown', cadvisor, ...otherNames, upOfContainer),

  // Prometheus' own documentation: `up == 0`
  ...shipped('InstanceDown', up),
  // kube-prometheus, general rules, where `instance` is kept: `count(up == 0) by (job, ...) / ... > 10`
  ...shipped('TargetDown', up),
  // awesome-prometheus-alerts, Prometheus self-monitoring: `up == 0 unless on (job) (sum by (job) (up) == 0)`
  ...shipped('PrometheusTargetMissing', up),
  // the same collection: `sum by (instance, job) ((up == 0) * ...)`
  ...shipped('PrometheusTargetMissingWithWarmupTime', up),
  // dockprom: `up == 0`
  ...shipped('monitor_service_down', up),
  // The stacks of vegasbrianc/prometheus and guides after it: `up == 0`
  ...shipped('service_down', up),
  ...shipped('ServiceDown', up),

  // awesome-prometheus-alerts and blackbox-exporter-mixin: `probe_success == 0`
  ...shipped('BlackboxProbeFailed', answers),
  // Guides for the blackbox exporter: `probe_success == 0`
  ...shipped('ProbeFailed', answers),
  ...shipped('EndpointDown', answers),
  // Guides for cAdvisor (`container_health_state == 0`) and for exporters of Docker's health checks
  ...shipped('ContainerUnhealthy', answers),
  ...shipped('DockerContainerUnhealthy', answers),
])
