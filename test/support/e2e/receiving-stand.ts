import type { Age } from '../../../tools/provision/version.ts'
import { startAlertmanager } from '../real/alertmanager.ts'
import { engineHost } from '../real/engine.ts'
import { eventually } from '../real/eventually.ts'
import { freePort } from '../real/free-port.ts'
import type { StartedServer } from '../real/prometheus.ts'
import type { SentAlert } from './alert-source.ts'
import { type DeliveryGate, openDeliveryGate } from './delivery-gate.ts'
import { quickConfig, runbookText } from './runbooks.ts'
import { type Selfheal, startSelfheal } from './selfheal.ts'

/** The Alertmanagers that every fact is looked at with. */
export const ages: readonly Age[] = ['oldest', 'newest']

/** One scene: its alerts carry the label `scene`, and have a route, a receiver and a lane of their own. */
export interface SceneSpec {
  /** Added to the route: `group_by`, waits, further matchers. */
  readonly route?: object
  /** Added to the webhook: `max_alerts`, `send_resolved`, `http_config`. */
  readonly webhook?: object
  /** Default: the scene's name. */
  readonly receiver?: string
  /** Default: the gate's lane `AGE-SCENE`. */
  readonly url?: (age: Age) => string
}

/** An episode as the API shows it. */
export interface SeenEpisode {
  readonly fingerprint: string
  readonly alertname: string
  readonly labels: Readonly<Record<string, string>>
  readonly state: string
  readonly startsAt: string
  readonly notification: number
  readonly incident: number | null
  readonly reason: string | null
  readonly detail: string | null
}

/** A scene on one Alertmanager: what a test does and sees in it. */
export interface Scene {
  /** The lane of the gate. */
  readonly lane: string
  /** The address of the Alertmanager's API. */
  readonly url: string
  /** An alert of this scene and this Alertmanager alone that has just begun. */
  readonly alert: (labels?: Readonly<Record<string, string>>) => SentAlert & { readonly startsAt: Date }
  /** The episodes of this scene's alerts, oldest first, once everything that was accepted is taken in. */
  readonly episodes: () => Promise<readonly SeenEpisode[]>
  /** Resolves with the episodes as soon as `holds` does. */
  readonly until: (
    what: string,
    holds: (episodes: readonly SeenEpisode[]) => boolean,
  ) => Promise<readonly SeenEpisode[]>
}

/** Alertmanagers of both ages, a gate, and one selfheal behind it. */
export interface ReceivingStand extends AsyncDisposable {
  readonly selfheal: Selfheal
  readonly gate: DeliveryGate
  readonly alertmanagers: Readonly<Record<Age, StartedServer>>
  readonly scene: (name: string, age: Age) => Scene
}

/** Group quickly, tell quickly, repeat never (within a test). */
export const brisk = { group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '1h' }

/** An alertmanager.yml with one route and receiver for each scene; what belongs to no scene is told to nobody. */
export function sceneRouting(
  scenes: Readonly<Record<string, SceneSpec>>,
  urlOf: (scene: string) => string,
  more: object = {},
): object {
  const entries = Object.entries(scenes).map(([name, spec]) => ({ name, receiver: spec.receiver ?? name, ...spec }))
  return {
    route: {
      receiver: 'nobody',
      routes: entries.map(({ name, receiver, route }) => ({
        matchers: [`scene="${name}"`],
        receiver,
        ...brisk,
        ...route,
      })),
    },
    receivers: [
      { name: 'nobody' },
      ...entries.map(({ name, receiver, webhook }) => ({
        name: receiver,
        webhook_configs: [{ url: urlOf(name), send_resolved: true, ...webhook }],
      })),
    ],
    ...more,
  }
}

/** What a stand is made of. */
export interface StandSpec {
  readonly scenes: Readonly<Record<string, SceneSpec>>
  /** Added to selfheal.yml, given the addresses of the Alertmanagers. */
  readonly config?: (alertmanagers: readonly string[]) => object
  /** Further files beside selfheal.yml. */
  readonly files?: Readonly<Record<string, string>>
  /** Added to alertmanager.yml. */
  readonly alertmanagerConfig?: object
}

/** Starts selfheal, the gate and both Alertmanagers. They end together. */
export async function startReceivingStand(spec: StandSpec): Promise<ReceivingStand> {
  const { scenes, config, files, alertmanagerConfig } = spec
  const started = new AsyncDisposableStack()
  const port = await freePort()
  const ports = { oldest: await freePort(), newest: await freePort() }
  const gate = started.use(await openDeliveryGate(`http://127.0.0.1:${port}/api/v1/alerts`))
  const start = (version: Age) =>
    startAlertmanager({
      version,
      port: ports[version],
      config: sceneRouting(
        scenes,
        (name) => scenes[name]?.url?.(version) ?? gate.url(`${version}-${name}`),
        alertmanagerConfig,
      ),
    })
  const selfheal = started.use(
    await startSelfheal({
      port,
      files: { 'runbooks/quick.ts': runbookText(), ...files },
      config: {
        ...quickConfig(engineHost()),
        mode: 'advise',
        ...config?.(Object.values(ports).map((one) => `http://127.0.0.1:${one}`)),
      },
    }),
  )
  const alertmanagers = { oldest: started.use(await start('oldest')), newest: started.use(await start('newest')) }
  return {
    ...{ selfheal, gate, alertmanagers },
    scene: (name, age) => createScene({ name, age, url: alertmanagers[age].url, selfheal }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  }
}

interface SceneParts {
  readonly name: string
  readonly age: Age
  readonly url: string
  readonly selfheal: Pick<Selfheal, 'get' | 'metric'>
}

/** Makes the questions of one scene. */
export function createScene({ name, age, url, selfheal }: SceneParts): Scene {
  const episodes = async () => {
    const patience = { timeoutMs: 20_000, intervalMs: 20 }
    await eventually(
      'everything taken in',
      async () => (await selfheal.metric('selfheal_inbox_pending')) === 0,
      patience,
    )
    return (await episodesIn(selfheal)).filter(({ labels }) => labels.scene === name && labels.age === age)
  }
  return {
    lane: `${age}-${name}`,
    url,
    alert: (labels) => ({ labels: { alertname: 'Trouble', scene: name, age, ...labels }, startsAt: new Date() }),
    episodes,
    until: (what, holds) =>
      eventually(
        what,
        async () => {
          const seen = await episodes()
          return holds(seen) && seen
        },
        { timeoutMs: 40_000, intervalMs: 50 },
      ),
  }
}

/** The newest 200 episodes, oldest first. */
export async function episodesIn(selfheal: Pick<Selfheal, 'get'>): Promise<readonly SeenEpisode[]> {
  const { body } = await selfheal.get('/api/v1/alerts?limit=200')
  const { alerts }: { alerts: SeenEpisode[] } = JSON.parse(JSON.stringify(body))
  return alerts.reverse()
}
