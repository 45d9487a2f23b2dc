/** What is posted: notifications as Alertmanager 0.28 sends them, byte for byte but for names and numbers. */
import { createHash } from 'node:crypto'

type Alert = Readonly<Record<string, unknown>>

const fingerprintOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 16)

/** One firing alert of a service; its fingerprint follows from `name`, so the same name is the same alert. */
export function alertOf(name: string, labels: Readonly<Record<string, string>> = {}): Alert {
  return {
    status: 'firing',
    labels: {
      alertname: 'HighRequestLatency',
      environment: 'production',
      instance: `${name}.shop.example:9100`,
      job: 'shop',
      monitor: 'main',
      service: name,
      severity: 'warning',
      team: 'checkout',
      ...labels,
    },
    annotations: {
      description: `The 99th percentile of the latency of ${name} has been above 500 ms for 5 minutes (current value: 0.7312s)`,
      runbook_url: 'https://runbooks.shop.example/high-request-latency',
      summary: `${name} answers slowly`,
    },
    startsAt: '2026-03-01T09:59:18.452Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL:
      'http://prometheus.shop.example:9090/graph?g0.expr=service%3Alatency_seconds%3Ap99_rate5m+%3E+0.5&g0.tab=1',
    fingerprint: fingerprintOf(name),
  }
}

/** The body of one notification: a group of alerts. */
export function bodyOf(alerts: readonly Alert[]): Buffer {
  const text = JSON.stringify({
    receiver: 'selfheal',
    status: 'firing',
    alerts,
    groupLabels: { alertname: 'HighRequestLatency' },
    commonLabels: { alertname: 'HighRequestLatency', environment: 'production', job: 'shop', monitor: 'main' },
    commonAnnotations: { runbook_url: 'https://runbooks.shop.example/high-request-latency' },
    externalURL: 'http://alertmanager.shop.example:9093',
    version: '4',
    groupKey: '{}/{team="checkout"}:{alertname="HighRequestLatency"}',
    truncatedAlerts: 0,
  })
  return Buffer.from(`${text}\n`)
}

/** How many different notifications there are under load. */
const poolSize = 256

/**
 * The notifications of the load: a fixed pool with 1, 2, 3, 4, 5, 1 ... alerts (three on average, 768 alerts in all),
 * posted again and again as Alertmanager repeats its groups.
 */
export function poolOfBodies(): readonly Buffer[] {
  return Array.from({ length: poolSize }, (_, group) =>
    bodyOf(Array.from({ length: 1 + (group % 5) }, (_, index) => alertOf(`service-${group}-${index}`))),
  )
}

/** One notification with `size` alerts that no other storm has. */
export function stormBody(size: number, storm: number): Buffer {
  return bodyOf(Array.from({ length: size }, (_, index) => alertOf(`storm-${storm}-${index}`)))
}

/** The request that Alertmanager would send with this body. */
export function requestOf(body: Buffer, port: number): Buffer {
  const head = [
    'POST /api/v1/alerts HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'User-Agent: Alertmanager/0.28.1',
    `Content-Length: ${body.length}`,
    'Content-Type: application/json',
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}
