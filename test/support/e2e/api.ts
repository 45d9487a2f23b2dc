import { createHash } from 'node:crypto'
import { eventually, type Patience } from '../real/eventually.ts'

/** One attempt as the API shows it, as far as these tests look. */
export interface SeenAttempt {
  readonly id: number
  readonly rung: number
  readonly state: string
  readonly proof: string
  readonly actions: readonly { readonly kind: string; readonly target: string }[]
  readonly evidence: readonly {
    readonly check: string
    readonly before: string | null
    readonly after: string | null
  }[]
  readonly reservedAt: string
  readonly actedAt: string | null
  readonly settledAt: string | null
}

/** One incident as the API shows it, as far as these tests look. */
export interface SeenIncident {
  readonly id: number
  readonly target: string
  readonly runbook: string
  readonly state: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly attempts: number
  readonly notification: number
  readonly alerts: readonly { readonly fingerprint: string; readonly alertname: string; readonly state: string }[]
  readonly timeline: readonly {
    readonly seq: number
    readonly kind: string
    readonly text: string
    readonly data: object
  }[]
  readonly history: readonly SeenAttempt[]
}

/** One episode as the API shows it. */
export interface SeenAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly state: string
  readonly incident: number | null
  readonly reason: string | null
  readonly detail: string | null
}

/** An alert that a test posts. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly status?: 'firing' | 'resolved'
}

/** What tests ask a running selfheal. */
export interface Api {
  readonly url: string
  readonly get: (path: string) => Promise<{ readonly status: number; readonly body: unknown }>
  /** Posts a notification with one alert, as Alertmanager does; the status, and the id where it was accepted. */
  readonly post: (alert: PostedAlert) => Promise<{ readonly status: number; readonly notification: number | undefined }>
  /** The newest incident of a target, with its history. */
  readonly incident: (target: string) => Promise<SeenIncident | undefined>
  readonly incidents: (query?: string) => Promise<readonly SeenIncident[]>
  /** Resolves with the newest incident of the target as soon as `holds` does. */
  readonly until: (
    target: string,
    holds: (incident: SeenIncident) => boolean,
    patience?: Patience,
  ) => Promise<SeenIncident>
  readonly alerts: () => Promise<readonly SeenAlert[]>
  /** The value of one series of `/metrics`, written as there; undefined where there is none. */
  readonly metric: (series: string) => Promise<number | undefined>
}

/** Makes the questions for the selfheal at `url`. */
export function createApi(url: string): Api {
  const get: Api['get'] = async (path) => {
    const response = await fetch(`${url}${path}`)
    return { status: response.status, body: await response.json() }
  }
  const incident: Api['incident'] = async (target) => {
    const list: { incidents: SeenIncident[] } = await getJson(
      `${url}/api/v1/incidents?target=${encodeURIComponent(target)}&limit=1`,
    )
    const newest = list.incidents[0]
    return newest === undefined ? undefined : getJson(`${url}/api/v1/incidents/${newest.id}`)
  }
  return {
    url,
    get,
    post: (alert) => postAlert(url, alert),
    incident,
    incidents: async (query = '') => (await getJson(`${url}/api/v1/incidents${query}`)).incidents,
    until: (target, holds, patience = { timeoutMs: 40_000, intervalMs: 50 }) =>
      waitFor({ target, incident, holds, patience }),
    alerts: async () => (await getJson(`${url}/api/v1/alerts`)).alerts,
    metric: async (series) => {
      const text = await (await fetch(`${url}/metrics`)).text()
      const line = text.split('\n').find((one) => one.startsWith(`${series} `))
      return line === undefined ? undefined : Number(line.slice(series.length + 1))
    },
  }
}

interface Waiting {
  readonly target: string
  readonly incident: Api['incident']
  readonly holds: (incident: SeenIncident) => boolean
  readonly patience: Patience
}

async function waitFor({ target, incident, holds, patience }: Waiting): Promise<SeenIncident> {
  let last: SeenIncident | undefined
  try {
    return await eventually(
      `the wanted state of the incident on ${target}`,
      async () => {
        last = await incident(target)
        return last !== undefined && holds(last) ? last : undefined
      },
      patience,
    )
  } catch (cause) {
    throw new Error(`the incident on ${target} stayed ${JSON.stringify(last, null, 1)}`, { cause })
  }
}

async function postAlert(url: string, alert: PostedAlert) {
  const response = await fetch(`${url}/api/v1/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(notificationOf([alert])),
  })
  const { notification }: { notification?: number } = JSON.parse(await response.text())
  return { status: response.status, notification }
}

/** The body of a webhook request of Alertmanager. */
export function notificationOf(alerts: readonly PostedAlert[], now = new Date()): object {
  return {
    version: '4',
    receiver: 'selfheal',
    groupKey: '{}:{}',
    status: 'firing',
    truncatedAlerts: 0,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: alerts.map(({ labels, annotations = {}, status = 'firing' }) => ({
      ...{ status, labels, annotations, generatorURL: '' },
      startsAt: now.toISOString(),
      endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : now.toISOString(),
      fingerprint: createHash('sha256').update(JSON.stringify(labels)).digest('hex').slice(0, 16),
    })),
  }
}

/** Asks for JSON; rejects for everything but 2xx. */
export async function getJson(url: string) {
  const response = await fetch(url)
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
