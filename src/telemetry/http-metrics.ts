/** What the HTTP server counts with, and the exposition that it serves. */
import type { Registry } from 'prom-client'
import type { LabelsOf } from './metric-definition.ts'
import type { metricList } from './metric-list.ts'
import type { Metrics } from './metrics.ts'

type Result = LabelsOf<typeof metricList.notifications.labels>['result']

/** Joins the metrics of requests with the registry that all metrics are on. */
export function createHttpMetrics(metrics: Pick<Metrics, 'notifications' | 'requests'>, registry: Registry) {
  return {
    countNotification: (result: Result): void => metrics.notifications.increment({ result }),
    observeRequest: (route: string, status: number, seconds: number): void => {
      const statusClass = status >= 500 ? '5xx' : status >= 400 ? '4xx' : '2xx'
      metrics.requests.observe({ route, status: statusClass }, seconds)
    },
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}
