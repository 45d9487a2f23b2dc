/** `alerts`: which alerts came in, and why something or nothing happened. */
import { askApi, type ServerAddress } from './api-client.ts'
import { listOf, text } from './fields.ts'
import { printJson, printTable } from './output.ts'

/** What `alerts` is asked for. */
export type AlertsQuery = { readonly routed?: string; readonly limit?: string }

/** Prints the alerts, newest first. */
export async function listAlerts(address: ServerAddress, query: AlertsQuery, asJson: boolean): Promise<void> {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const search = new URLSearchParams(given).toString()
  const answer = await askApi(address, `/api/v1/alerts${search === '' ? '' : `?${search}`}`)
  if (asJson) return printJson(answer)
  const rows = listOf(answer, 'alerts').map((alert) =>
    ['startsAt', 'alertname', 'state', 'incident', 'why'].map((field) => text(alert[field])),
  )
  printTable(['STARTED', 'ALERT', 'STATE', 'INCIDENT', 'WHY'], rows)
}
