/** Alertmanager's API, version 2: the alerts that it knows, and alerts of our own. */
import type { Endpoint } from '../config/settings.ts'
import { AdapterError } from '../lib/adapter-error.ts'
import { exchange, type HttpAnswer, type HttpRequest, type HttpSystem, refusedBy } from '../lib/http-exchange.ts'
import type { PostableAlert } from '../remediation/ports.ts'
import { type KnownAlert, readAlerts, readRefusal } from './answer.ts'

export type { KnownAlert } from './answer.ts'

/** One Alertmanager. Every call throws `AdapterError` when it is not answered as it should be. */
export type Alertmanager = {
  /** Resolves when Alertmanager has accepted all of the alerts. */
  readonly post: (alerts: readonly PostableAlert[], signal: AbortSignal) => Promise<void>
  /** Every alert that it holds: active, silenced, inhibited and not yet processed. */
  readonly list: (signal: AbortSignal) => Promise<readonly KnownAlert[]>
  /** Whether its configuration mutes routes by the time of day, which a listing does not show. */
  readonly mutesByTime: (signal: AbortSignal) => Promise<boolean>
  /** Resolves when its API answers with our credentials. */
  readonly ping: (signal: AbortSignal) => Promise<void>
}

/** Groups of 20,000 alerts exist. */
const longestAnswer = 128 * 1024 * 1024

/** Speaks to the Alertmanager at an endpoint. `fetch` replaces the global one. */
export function createAlertmanager(
  endpoint: Endpoint,
  options: { readonly fetch?: typeof globalThis.fetch } = {},
): Alertmanager {
  const system: HttpSystem = { system: 'alertmanager', maxBytes: longestAnswer, ...endpoint, ...options }
  const ask = async (request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const answer = await exchange(system, request, signal)
    if (answer.status !== 200) throw refusedBy(system, answer.status, readRefusal(answer.text))
    return answer
  }
  return {
    post: async (alerts, signal) => {
      const body = writeAlerts(alerts)
      const headers = { 'Content-Type': 'application/json' }
      await ask({ method: 'POST', path: '/api/v2/alerts', headers, body }, signal)
    },
    list: async (signal) => readAlerts((await ask({ method: 'GET', path: '/api/v2/alerts' }, signal)).text),
    mutesByTime: async (signal) => {
      const { text } = await ask({ method: 'GET', path: '/api/v2/status' }, signal)
      return /\b(?:mute|active)_time_intervals\b/.test(text)
    },
    ping: async (signal) => {
      const answer = await ask({ method: 'GET', path: '/api/v2/status' }, signal)
      if (!answer.text.includes('versionInfo')) {
        throw new AdapterError(
          'alertmanager',
          'bad-answer',
          'alertmanager answered with something else than its status',
        )
      }
    },
  }
}

function writeAlerts(alerts: readonly PostableAlert[]): string {
  return JSON.stringify(
    alerts.map(({ startsAt, endsAt, ...alert }) => ({
      ...alert,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    })),
  )
}
