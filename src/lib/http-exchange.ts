/** One HTTP request to a configured system: bounded in time and size, never redirected, never telling a secret. */
import { AdapterError } from './adapter-error.ts'
import { describeHttpStatus, describeNetworkFault, networkFaultCode } from './http-fault.ts'
import { redacted } from './redact.ts'

/** What a request carries besides its path. */
export type HttpRequest = {
  readonly method: 'GET' | 'POST'
  /** Below the address of the system, with a leading slash; may be empty. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** The system that is asked. */
export type HttpSystem = {
  readonly system: AdapterError['system']
  /** Without a trailing slash. */
  readonly url: string
  readonly credentials:
    | { readonly kind: 'none' }
    | { readonly kind: 'bearer'; readonly token: string }
    | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  readonly timeoutMs: number
  /** Longest answer that is read. */
  readonly maxBytes: number
  /** Replaces the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** An answer, whatever its status but a redirect. */
export type HttpAnswer = { readonly status: number; readonly text: string }

/**
 * Sends one request and reads the answer. Throws `AdapterError`: `unreachable`, `timeout`, `aborted`, or `bad-answer`
 * for a redirect and for an answer that is too long. Its message names the system's host alone: paths and queries of
 * webhooks are often secrets.
 */
export async function exchange(system: HttpSystem, request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const place = `${system.system} at ${hostOf(system.url)}`
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), system.timeoutMs)
  const fail = (code: AdapterError['code'], found: string, cause?: unknown): AdapterError =>
    new AdapterError(system.system, code, `${place} ${found}`, cause === undefined ? {} : { cause })
  try {
    signal.throwIfAborted()
    // What fetch says of such addresses quotes them.
    if (!isUsable(system.url)) throw fail('refused', 'cannot be asked: its address is unusable')
    const answer = await (system.fetch ?? globalThis.fetch)(`${system.url}${request.path}`, {
      method: request.method,
      headers: { Accept: 'application/json', ...authorization(system.credentials), ...request.headers },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timer.signal]),
      ...(request.body === undefined ? {} : { body: request.body }),
    })
    if (answer.status >= 300 && answer.status < 400) {
      await answer.body?.cancel()
      throw fail('bad-answer', `answered with a redirect (${answer.status}), which is not followed`)
    }
    const text = await readBounded(answer, system.maxBytes)
    if (text === undefined) throw fail('bad-answer', `answered with more than ${system.maxBytes} bytes`)
    return { status: answer.status, text }
  } catch (error) {
    if (error instanceof AdapterError) throw error
    if (signal.aborted) throw fail('aborted', 'was no longer waited for')
    if (timer.signal.aborted) throw fail('timeout', `did not answer within ${system.timeoutMs} ms`)
    // Errors without a code may quote what they were given.
    const cause = networkFaultCode(error) === undefined ? undefined : error
    throw fail('unreachable', `did not answer: ${describeNetworkFault(error)}`, cause)
  } finally {
    clearTimeout(timeout)
  }
}

/**
 * The error for an answer whose status is no success: 401 and 403 `refused`, 404 `not-found`, 408, 429 and 5xx
 * `unreachable` (worth trying again), everything else `refused`. Quotes nothing of the answer but `detail`, in which our
 * own credentials are masked: what stands in front of a system may repeat what it was sent.
 */
export function refusedBy(
  system: Pick<HttpSystem, 'system' | 'url'> & Partial<Pick<HttpSystem, 'credentials'>>,
  status: number,
  detail = '',
): AdapterError {
  const code = status === 404 ? 'not-found' : status >= 500 || [408, 429].includes(status) ? 'unreachable' : 'refused'
  const message = `${system.system} at ${hostOf(system.url)} answered ${describeHttpStatus(status)}`
  const said = secretsOf(system.credentials).reduce((text, secret) => text.replaceAll(secret, redacted), detail)
  return new AdapterError(system.system, code, said === '' ? message : `${message}: ${said}`)
}

function authorization(credentials: HttpSystem['credentials']): Record<string, string> {
  if (credentials.kind === 'none') return {}
  if (credentials.kind === 'bearer') return { Authorization: `Bearer ${credentials.token}` }
  return { Authorization: `Basic ${pairOf(credentials)}` }
}

function pairOf({ username, password }: { readonly username: string; readonly password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64')
}

function secretsOf(credentials: HttpSystem['credentials'] = { kind: 'none' }): readonly string[] {
  switch (credentials.kind) {
    case 'none':
      return []
    case 'bearer':
      return [credentials.token].filter((secret) => secret !== '')
    case 'basic':
      return [pairOf(credentials), credentials.password].filter((secret) => secret !== '')
  }
}

/** `undefined` when the answer is longer. */
async function readBounded(answer: Response, maxBytes: number): Promise<string | undefined> {
  if (answer.body === null) return ''
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body) {
    length += chunk.byteLength
    // Leaving the loop cancels the rest of the answer.
    if (length > maxBytes) return undefined
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function isUsable(url: string): boolean {
  return URL.canParse(url) && new URL(url).username === '' && new URL(url).password === ''
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'an address that is none'
}
