/** Escalation by a generic webhook: the second way out, for when Alertmanager is down. */
import type { Endpoint } from '../config/settings.ts'
import { exchange, type HttpSystem, refusedBy } from '../lib/http-exchange.ts'
import type { EscalationMessage, ReceiverPort } from '../remediation/ports.ts'

const longestAnswer = 64 * 1024

/**
 * A receiver that posts JSON: `{"version":"1","event":"escalated|resolved","incident":42,"startsAt":"...",
 * "labels":{},"annotations":{}}`, with the header `Idempotency-Key: incident-<id>-<startsAt>-<event>` to tell a
 * repetition by, `startsAt` in epoch milliseconds: an incident that is escalated anew is no repetition.
 * Any status 2xx accepts the message; it is then not repeated. Redirects are not followed.
 */
export function createWebhookReceiver(
  endpoint: Endpoint & { readonly name: string },
  options: { readonly fetch?: typeof globalThis.fetch } = {},
): ReceiverPort {
  const { name, ...rest } = endpoint
  const system: HttpSystem = { system: 'receiver', maxBytes: longestAnswer, ...rest, ...options }
  return {
    name,
    refreshMs: null,
    deliver: async (message, signal) => {
      const event = message.status === 'firing' ? 'escalated' : 'resolved'
      const headers = {
        'Content-Type': 'application/json',
        'Idempotency-Key': `incident-${message.incident}-${message.startsAt}-${event}`,
      }
      const body = writeBody(message, event)
      const { status } = await exchange(system, { method: 'POST', path: '', headers, body }, signal)
      if (status < 200 || status >= 300) throw refusedBy(system, status)
    },
  }
}

function writeBody({ incident, startsAt, labels, annotations }: EscalationMessage, event: string): string {
  return JSON.stringify({
    version: '1',
    event,
    incident,
    startsAt: new Date(startsAt).toISOString(),
    labels,
    annotations,
  })
}
