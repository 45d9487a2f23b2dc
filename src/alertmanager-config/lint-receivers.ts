/** What is wrong with the receivers that post to selfheal. */
import { formatDuration } from '../lib/duration.ts'
import { isAtLeast, type LintContext, type Subject } from './context.ts'
import { receivingPath } from './find-selfheal.ts'
import type { Finding } from './finding.ts'
import type { Receiver, Webhook } from './receiver.ts'
import { lastOf } from './route-node.ts'

/** Looks at every webhook that posts to selfheal. */
export function lintReceivers(subject: Subject): readonly Finding[] {
  return subject.receivers.flatMap((receiver) => {
    const webhooks = subject.selfheal.get(receiver.name) ?? []
    if (webhooks.length === 0) return []
    return [...lintName(receiver), ...webhooks.flatMap((webhook) => lintWebhook(webhook, receiver.name, subject))]
  })
}

function lintName({ path, name }: Receiver): readonly Finding[] {
  if (!/[\\.+*?()|[\]{}^$]/.test(name)) return []
  const found = `${JSON.stringify(name)}, which arrives with a backslash before some of its characters`
  const expected = 'nothing else: selfheal knows it'
  return [{ severity: 'note', path: [...path, 'name'], found, expected }]
}

function lintWebhook(webhook: Webhook, name: string, subject: Subject): readonly Finding[] {
  const { path, sendsResolved, maxAlerts, hasPayload, hasCredentials } = webhook
  const found: Finding[] = [...lintAddress(webhook, subject.context), ...lintTimeout(webhook, name, subject)]
  const add = (key: string, found_: string, expected: string): void => {
    found.push({ severity: 'fault', path: [...path, key], found: found_, expected })
  }
  if (!sendsResolved) {
    add('send_resolved', 'false: selfheal never hears that an alert is over', 'send_resolved: true')
  }
  if (maxAlerts > 0) {
    add(
      'max_alerts',
      `${maxAlerts}: a group that is cut short can look resolved while alerts in it fire`,
      'max_alerts: 0',
    )
  }
  if (hasPayload) add('payload', 'a payload in place of the body that selfheal reads', 'no payload')
  if (subject.context.needsToken === true && !hasCredentials) {
    found.push({
      severity: 'fault',
      path,
      found: 'no credentials, and selfheal accepts alerts only with a token',
      expected: 'http_config.authorization.credentials_file with a token of the role send',
    })
  }
  if (webhook.followsRedirects) {
    found.push({
      severity: 'warning',
      path: webhook.redirectsPath,
      found: 'redirects that are followed: behind a 301, 302 or 303 every alert is lost without an error',
      expected: 'http_config.follow_redirects: false',
    })
  }
  return found
}

function lintAddress({ path, url }: Webhook, { externalUrl }: LintContext): readonly Finding[] {
  if (url === null) return []
  const at = [...path, 'url']
  const external = externalUrl !== null && URL.canParse(externalUrl) ? new URL(externalUrl) : null
  const found: Finding[] = []
  if (external?.protocol === 'https:' && url.protocol === 'http:' && external.hostname === url.hostname) {
    found.push({
      severity: 'fault',
      path: at,
      found: 'http, where web.external_url of selfheal is https: a redirect would lose every alert',
      expected: `an address that begins with ${external.origin}`,
    })
  }
  if (!url.pathname.replace(/\/+$/, '').endsWith(receivingPath)) {
    found.push({
      severity: 'fault',
      path: at,
      found: `the path ${JSON.stringify(url.pathname.slice(0, 100))}`,
      expected: `a path that ends with ${receivingPath}`,
    })
  }
  return found
}

function lintTimeout({ path, timeoutMs }: Webhook, name: string, subject: Subject): readonly Finding[] {
  const { context, healingRoutes } = subject
  if (timeoutMs === undefined) {
    if (!isAtLeast(context.version, 0, 28)) return []
    const found = 'no timeout: a selfheal that hangs is waited for as long as group_interval'
    return [{ severity: 'note', path, found, expected: 'timeout: 10s' }]
  }
  const own = healingRoutes.map(lastOf).filter(({ receiver }) => receiver === name)
  const shortest = Math.min(...own.map(({ groupIntervalMs }) => groupIntervalMs))
  if (timeoutMs <= shortest) return []
  return [
    {
      severity: 'fault',
      path: [...path, 'timeout'],
      found: `${formatDuration(timeoutMs)}, beyond the group_interval of a route that leads here`,
      expected: `at most ${formatDuration(shortest)}`,
    },
  ]
}
