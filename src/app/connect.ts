/** Makes the adapters to the systems that selfheal stands between. */
import type { Logger } from 'pino'
import { type Matcher, matches, parseMatchers } from '../alert/matcher.ts'
import { type Alertmanager, createAlertmanager } from '../alertmanager/client.ts'
import { createHeldAlerts } from '../alertmanager/held-alerts.ts'
import type { Settings } from '../config/settings.ts'
import { createDocker, type DockerAdapter } from '../docker/create-docker.ts'
import type { EarlierAct } from '../docker/own-acts.ts'
import { createAlertmanagerReceiver } from '../escalation/alertmanager-receiver.ts'
import { createWebhookReceiver } from '../escalation/webhook-receiver.ts'
import type { Clock } from '../lib/clock.ts'
import { createPrometheus, type Prometheus } from '../prometheus/metrics.ts'
import type { Ledger } from '../remediation/ledger.ts'
import type { AlertsPort, ReceiverPort } from '../remediation/ports.ts'
import type { Dependency } from '../schedule/dependency-watch.ts'
import { alertmanagerName } from './alertmanager-name.ts'

/** The outside world, connected on first use. */
export type Connections = {
  readonly docker: DockerAdapter
  /** `null`: not configured. */
  readonly prometheus: Prometheus | null
  readonly alertmanagers: readonly Alertmanager[]
  /** What all of them hold; `null`: none is configured. */
  readonly alerts: AlertsPort | null
  readonly receivers: readonly ReceiverPort[]
}

/** Everything behind these addresses is protected from being acted on. */
const protectedAddresses = (settings: Settings): readonly string[] => [
  ...(settings.prometheus === null ? [] : [settings.prometheus.url]),
  ...settings.alertmanagers.map(({ url }) => url),
  ...settings.webhooks.map(({ url }) => url),
]

/** What connecting needs beside the settings. */
export type ConnectDeps = {
  readonly clock: Clock
  readonly log: Logger
  /** Attempts that an earlier run left unsettled: what they stopped was not stopped by a person. */
  readonly ledger: Pick<Ledger, 'unsettledAttempts'>
}

const earlierActs = ({ engine }: Settings, ledger: ConnectDeps['ledger']): readonly EarlierAct[] =>
  ledger.unsettledAttempts().flatMap(({ actedAt, actions }) => {
    if (actedAt === null) return []
    const containers = actions.flatMap((action) => action.containers.map(({ id }) => id))
    return [{ containers, from: actedAt - engine.actionTimeoutMs, until: actedAt + engine.actionTimeoutMs }]
  })

const compiled = new WeakMap<Settings['docker']['optIn'], readonly (readonly Matcher[])[]>()

const selectionsOf = (optIn: Settings['docker']['optIn']): readonly (readonly Matcher[])[] => {
  const selections = compiled.get(optIn) ?? optIn.map(parseMatchers)
  compiled.set(optIn, selections)
  return selections
}

/** Makes the adapters; nothing is connected before their first call. What of the settings may change is read at each use. */
export function connect(settings: Settings, { clock, log, ledger }: ConnectDeps): Connections {
  const docker = createDocker({
    name: settings.docker.name,
    host: settings.docker.host,
    timeoutMs: settings.docker.timeoutMs,
    // Read at each question: a reload may have changed it.
    optIn: (labels) => selectionsOf(settings.docker.optIn).some((matchers) => matches(matchers, labels)),
    protectedAddresses: protectedAddresses(settings),
    now: clock.now,
    log,
    earlierActs: earlierActs(settings, ledger),
  })
  const alertmanagers = settings.alertmanagers.map((endpoint) => createAlertmanager(endpoint))
  return {
    docker,
    prometheus: settings.prometheus === null ? null : createPrometheus(settings.prometheus),
    alertmanagers,
    alerts: alertmanagers.length === 0 ? null : createHeldAlerts(alertmanagers),
    receivers: [
      ...(alertmanagers.length === 0 ? [] : [createAlertmanagerReceiver(alertmanagers, clock)]),
      ...settings.webhooks.map((webhook) => createWebhookReceiver(webhook)),
    ],
  }
}

/** The systems to be watched, by the names that status and metrics use. */
export function dependenciesOf({ docker, prometheus, alertmanagers }: Connections): readonly Dependency[] {
  return [
    { name: 'docker', ping: docker.ping },
    ...(prometheus === null ? [] : [{ name: 'prometheus', ping: prometheus.ping }]),
    ...alertmanagers.map(({ ping }, index) => ({ name: alertmanagerName(index), ping })),
  ]
}
