import { getJson, type PostedAlert } from './api.ts'

/** An alert as Alertmanager's API shows it. */
export interface AlertmanagerAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly endsAt: string
  readonly status: { readonly state: string }
}

/** The active alerts of an Alertmanager; `query` is added as it is. */
export function alertsOf(url: string, query = ''): Promise<readonly AlertmanagerAlert[]> {
  return getJson(`${url}/api/v2/alerts?${query}`)
}

/** Posts an alert as Prometheus does. */
export async function postToAlertmanager(url: string, alert: PostedAlert & { readonly endsAt?: Date }): Promise<void> {
  const { labels, annotations = {}, endsAt } = alert
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, annotations, ...(endsAt === undefined ? {} : { endsAt: endsAt.toISOString() }) }]),
  })
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`)
}

/**
 * An alertmanager.yml without patience. Everything goes to selfheal, our own escalations too, as a careless
 * configuration would have it; escalations go to people as well.
 */
export function routing({ selfhealPort, people }: { readonly selfhealPort: number; readonly people: string }): object {
  const patience = { group_wait: '0s', group_interval: '1s', repeat_interval: '1s' }
  return {
    route: {
      receiver: 'selfheal',
      group_by: ['...'],
      ...patience,
      routes: [
        { matchers: ['selfheal_origin="escalation"'], receiver: 'people', continue: true },
        { matchers: [], receiver: 'selfheal' },
      ],
    },
    receivers: [
      {
        name: 'selfheal',
        webhook_configs: [{ url: `http://127.0.0.1:${selfhealPort}/api/v1/alerts`, send_resolved: true }],
      },
      { name: 'people', webhook_configs: [{ url: people, send_resolved: true }] },
    ],
  }
}
