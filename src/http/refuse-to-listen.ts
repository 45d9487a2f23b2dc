/** Beyond loopback, without tokens, anybody who reaches the port could make selfheal act. */
import { createHash, randomBytes } from 'node:crypto'
import type { Token } from '../config/settings.ts'
import { isLoopback } from './loopback.ts'

/** What the decision depends on. */
export type ListenRequest = {
  readonly host: string
  readonly tokens: readonly Token[]
  readonly allowUnauthenticated: boolean
}

/**
 * Says why the program must not listen on an address, or `null` when it may.
 *
 * The text shows the two lines to add, with a freshly made token that is nowhere in use; print it to the terminal, not
 * to the log.
 */
export function refusesToListen(request: ListenRequest): string | null {
  const { host, tokens, allowUnauthenticated } = request
  if (tokens.length > 0 || allowUnauthenticated || isLoopback(host)) return null
  const secret = randomBytes(32).toString('base64url')
  const hash = createHash('sha256').update(secret).digest('hex')
  return [
    `refusing to listen on ${host === '' ? 'every interface' : host} without tokens: whoever reaches the port could post alerts and read everything`,
    '',
    'Add this line to a token file, for example selfheal.tokens:',
    `  alertmanager:send:${hash}`,
    'and this one to the configuration:',
    '  web: { token_file: selfheal.tokens }',
    '',
    'The sender then gives this token (authorization.credentials in its webhook_configs); it is shown only now:',
    `  ${secret}`,
    '',
    'Or listen on 127.0.0.1, or pass --web.allow-unauthenticated where something else guards the port.',
  ].join('\n')
}
