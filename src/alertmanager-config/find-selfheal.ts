/** Which receivers of an alertmanager.yml post to selfheal. */
import type { LintContext } from './context.ts'
import type { Finding } from './finding.ts'
import type { Receiver, Webhook } from './receiver.ts'

/** The path that selfheal receives alerts at. */
export const receivingPath = '/api/v1/alerts'

/** Receivers that post to selfheal, and what is to be said of those of which it is not known. */
export type FoundSelfheal = {
  readonly selfheal: ReadonlyMap<string, readonly Webhook[]>
  readonly findings: readonly Finding[]
}

const hiddenWords = {
  file: 'a url_file, which cannot be looked into',
  template: 'an address that a template makes',
  secret: 'an address that Alertmanager does not show',
} as const

/** Finds them by the name that the context gives, else by their address, else, where that is hidden, by their name. */
export function findSelfheal(receivers: readonly Receiver[], context: LintContext): FoundSelfheal {
  if (context.receiver !== null) return findByName(receivers, context.receiver)
  const selfheal = new Map<string, readonly Webhook[]>()
  const unknown: Finding[] = []
  const assumed: Finding[] = []
  for (const { name, webhooks } of receivers) {
    const own = webhooks.filter(({ url }) => url !== null && isSelfheal(url, context))
    const hidden = webhooks.filter((webhook) => webhook.hidden !== null && webhook.hidden !== 'none')
    if (own.length > 0) selfheal.set(name, own)
    else if (hidden.length > 0 && /self-?heal/i.test(name)) {
      selfheal.set(name, hidden)
      assumed.push(...hidden.flatMap((webhook) => judgeHidden(webhook, 'its name says that it posts to selfheal')))
    } else unknown.push(...hidden.flatMap((webhook) => judgeHidden(webhook, 'it is taken for one of other people')))
  }
  const isHiddenByAlertmanager = unknown.some(({ found }) => found.startsWith(hiddenWords.secret))
  return {
    selfheal,
    findings: [
      ...assumed,
      // A running Alertmanager hides every address: that is of interest only where selfheal is not found.
      ...(isHiddenByAlertmanager && selfheal.size > 0 ? [] : unknown),
      ...(selfheal.size === 0 ? [nobody] : []),
    ],
  }
}

const nobody: Finding = {
  severity: 'fault',
  path: ['receivers'],
  found: 'no receiver that posts to selfheal',
  expected: `a receiver with webhook_configs: [{ url: 'http://selfheal:9196${receivingPath}' }], or its name as --receiver NAME`,
}

function findByName(receivers: readonly Receiver[], name: string): FoundSelfheal {
  const named = receivers.find((receiver) => receiver.name === name)
  if (named !== undefined && named.webhooks.length > 0) {
    return { selfheal: new Map([[name, named.webhooks]]), findings: [] }
  }
  const found = named === undefined ? `no receiver ${JSON.stringify(name)}` : 'a receiver without webhook_configs'
  const path = named?.path ?? ['receivers']
  return {
    selfheal: new Map(),
    findings: [{ severity: 'fault', path, found, expected: 'the receiver that posts to selfheal' }],
  }
}

function isSelfheal(url: URL, { externalUrl }: LintContext): boolean {
  const isOwnHost = externalUrl !== null && URL.canParse(externalUrl) && new URL(externalUrl).host === url.host
  return isOwnHost || url.pathname.replace(/\/+$/, '').endsWith(receivingPath)
}

function judgeHidden({ path, hidden }: Webhook, assumption: string): readonly Finding[] {
  if (hidden === null || hidden === 'none') return []
  return [
    {
      severity: 'note',
      path,
      found: `${hiddenWords[hidden]}: ${assumption}`,
      expected: '--receiver NAME where that is wrong',
    },
  ]
}
