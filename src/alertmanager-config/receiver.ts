/** The receivers of an alertmanager.yml: what selfheal is sent by, and what reaches people. */
import type { ConfigPath } from '../config/config-fault.ts'
import { partAt } from '../config/part.ts'
import type { Reader } from './reader.ts'

/** What a `webhook_configs` entry says; `undefined`: nothing. */
export type Webhook = {
  readonly path: ConfigPath
  /** `null`: in a file, made by a template, or hidden in the answer of a running Alertmanager. */
  readonly url: URL | null
  /** Why there is no `url`. */
  readonly hidden: 'file' | 'template' | 'secret' | 'none' | null
  readonly sendsResolved: boolean
  readonly maxAlerts: number
  readonly timeoutMs: number | undefined
  readonly hasPayload: boolean
  readonly followsRedirects: boolean
  /** Where it is said that redirects are followed, or could be. */
  readonly redirectsPath: ConfigPath
  readonly hasCredentials: boolean
}

/** One receiver. */
export type Receiver = {
  readonly path: ConfigPath
  readonly name: string
  readonly webhooks: readonly Webhook[]
  /** How many ways it has of telling somebody, the webhooks among them. */
  readonly integrations: number
}

/** Reads all receivers; what cannot be read becomes a finding of the reader. */
export function readReceivers(reader: Reader, root: unknown): readonly Receiver[] {
  return reader.entries(['receivers']).map((path) => {
    const name = reader.text([...path, 'name']) ?? ''
    if (name === '') {
      reader.findings.push({ severity: 'fault', path, found: 'a receiver without a name', expected: 'its name' })
    }
    return {
      path,
      name,
      webhooks: reader.entries([...path, 'webhook_configs']).map((entry) => readWebhook(reader, entry)),
      integrations: integrationsOf(root, path).flatMap((key) => reader.entries([...path, key])).length,
    }
  })
}

/** Whatever kinds of receivers there will be: their keys end alike. */
function integrationsOf(root: unknown, path: ConfigPath): readonly string[] {
  return Object.keys(partAt(root, path) ?? {}).filter((key) => key.endsWith('_configs'))
}

function readWebhook(reader: Reader, path: ConfigPath): Webhook {
  // A webhook with an http_config of its own has nothing of the global one.
  const http = reader.has([...path, 'http_config']) ? [...path, 'http_config'] : ['global', 'http_config']
  const follows = [...http, 'follow_redirects']
  const credentials = ['authorization', 'basic_auth', 'oauth2', 'http_headers', 'bearer_token', 'bearer_token_file']
  return {
    path,
    ...readUrl(reader, path),
    sendsResolved: reader.flag([...path, 'send_resolved']) ?? true,
    maxAlerts: reader.count([...path, 'max_alerts']) ?? 0,
    timeoutMs: reader.durationMs([...path, 'timeout']) || undefined,
    hasPayload: reader.has([...path, 'payload']),
    followsRedirects: reader.flag(follows) ?? true,
    redirectsPath: reader.has(follows) ? follows : path,
    hasCredentials: credentials.some((key) => reader.has([...http, key])),
  }
}

function readUrl(reader: Reader, path: ConfigPath): Pick<Webhook, 'url' | 'hidden'> {
  if (reader.has([...path, 'url_file'])) return { url: null, hidden: 'file' }
  const text = reader.text([...path, 'url'])
  if (text === undefined) {
    reader.findings.push({ severity: 'fault', path, found: 'a webhook without an address', expected: 'its url' })
    return { url: null, hidden: 'none' }
  }
  if (text === '<secret>') return { url: null, hidden: 'secret' }
  if (text.includes('{{')) return { url: null, hidden: 'template' }
  if (URL.canParse(text)) return { url: new URL(text), hidden: null }
  reader.findings.push({
    severity: 'fault',
    path: [...path, 'url'],
    found: 'what is no address',
    expected: 'an address such as http://selfheal:9196/api/v1/alerts',
  })
  return { url: null, hidden: 'none' }
}
