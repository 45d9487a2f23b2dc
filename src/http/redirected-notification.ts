/** What a redirect leaves of a notification. */
import type { IncomingMessage } from 'node:http'
import { HttpError } from './http-error.ts'
import { webhookPath } from './routes.ts'

/**
 * Throws `method-not-allowed` when an Alertmanager asks for the webhook's path with anything but a POST.
 *
 * Alertmanager follows a 301, 302 or 303 with a GET that has no body, and takes a 200 to that for a delivery: the
 * notification would be lost without a word. Refused, it is an error in its log, and the notification is posted again.
 */
export function refuseRedirected({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>, path: string): void {
  if (path !== webhookPath || method === 'POST') return
  if (!/^Alertmanager\//i.test(headers['user-agent'] ?? '')) return
  throw new HttpError(
    'method-not-allowed',
    'something in front redirected this notification, which dropped its body: let Alertmanager post to the final address',
    { headers: { Allow: 'POST' } },
  )
}
