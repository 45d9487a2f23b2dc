import { getJson } from './api.ts'

/** An alert as a test posts it to an Alertmanager; without `endsAt` it fires for ten minutes, as far as its sender knows. */
export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  /** `null`: its sender does not say. */
  readonly startsAt: Date | null
  readonly endsAt?: Date
  readonly generatorURL?: string
}

/** Posts alerts as Prometheus does, all in one request, to each of the Alertmanagers. */
export async function sendAlerts(urls: string | readonly string[], alerts: readonly SentAlert[]): Promise<void> {
  const posted = alerts.map(({ endsAt = new Date(Date.now() + 600_000), startsAt, ...alert }) => ({
    ...alert,
    ...(startsAt === null ? {} : { startsAt }),
    endsAt,
  }))
  for (const url of [urls].flat()) {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(posted),
    })
    if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`)
  }
}

/** Says that alerts are over, as Prometheus does when their expression is empty again. */
export function sendResolved(urls: string | readonly string[], alerts: readonly SentAlert[]): Promise<void> {
  return sendAlerts(
    urls,
    alerts.map((alert) => ({ ...alert, endsAt: new Date() })),
  )
}

/** Silences everything that has this label; answers how to end the silence. */
export async function silence(url: string, name: string, value: string): Promise<() => Promise<void>> {
  const response = await fetch(`${url}/api/v2/silences`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      matchers: [{ name, value, isRegex: false, isEqual: true }],
      startsAt: new Date(Date.now() - 1000).toISOString(),
      endsAt: new Date(Date.now() + 600_000).toISOString(),
      createdBy: 'test',
      comment: 'test',
    }),
  })
  const { silenceID }: { silenceID: string } = JSON.parse(await response.text())
  return async () => {
    const ended = await fetch(`${url}/api/v2/silence/${silenceID}`, { method: 'DELETE' })
    if (!ended.ok) throw new Error(`the silence was not ended: ${ended.status}`)
  }
}

/** What an Alertmanager knows of the alerts with this label: their states, by the value of another label. */
export async function statesIn(url: string, where: readonly [string, string], by: string) {
  const filter = encodeURIComponent(`${where[0]}="${where[1]}"`)
  const alerts: { labels: Record<string, string>; status: { state: string } }[] = await getJson(
    `${url}/api/v2/alerts?filter=${filter}`,
  )
  return Object.fromEntries(alerts.map(({ labels, status }) => [labels[by] ?? '', status.state]))
}

/** The sum of the series of a counter in an Alertmanager's own metrics whose labels hold all of `labels`. */
export async function counterOf(url: string, name: string, ...labels: readonly string[]): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith(name) && labels.every((label) => line.includes(label)))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
