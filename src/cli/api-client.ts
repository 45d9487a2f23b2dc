/** The commands' way to a running selfheal. */
import { CommandFailed, type ExitCode, exitCode } from './exit-code.ts'

/** Where the server is, and with what token. */
export type ServerAddress = { readonly url: string; readonly token: string | undefined }

/**
 * The address by option or environment; the token comes from the environment only, so that it is in no process list.
 * Throws `CommandFailed` for what is no address, or holds more than one; a secret in it is not repeated.
 */
export function serverAddress(
  url: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ServerAddress {
  const chosen = url ?? env.SELFHEAL_URL ?? 'http://127.0.0.1:9196'
  const fault = faultOf(chosen)
  if (fault !== null) {
    throw new CommandFailed(exitCode.usage, `${url === undefined ? 'SELFHEAL_URL' : '--url'}: ${fault}`)
  }
  return { url: chosen.replace(/\/+$/, ''), token: readToken(env) }
}

const faultOf = (address: string): string | null => {
  const isAddress = /^https?:\/\//i.test(address) && URL.canParse(address)
  if (address.includes('@')) {
    return 'expected an address without user and password; put a token into the environment variable SELFHEAL_TOKEN'
  }
  // What stands behind a question mark may be a secret as well.
  const shown = /[?#]/.test(address) ? 'something else' : JSON.stringify(address)
  if (!isAddress) return `expected an address such as http://host:9196, found ${shown}`
  return /[?#]/.test(address) ? 'expected an address without ? and #' : null
}

/** What no header can carry would make the request fail with an error that shows it. */
const readToken = ({ SELFHEAL_TOKEN: given }: Readonly<Record<string, string | undefined>>): string | undefined => {
  const token = given?.trim()
  if (token === undefined || token === '') return undefined
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new CommandFailed(exitCode.usage, 'SELFHEAL_TOKEN holds white space, control or non-ASCII characters')
}

const codes: Readonly<Record<number, ExitCode>> = {
  401: exitCode.notAllowed,
  403: exitCode.notAllowed,
  404: exitCode.notFound,
  409: exitCode.conflict,
}

const messageOf = (body: unknown): string => {
  if (typeof body !== 'object' || body === null || !('error' in body)) return ''
  const { error } = body
  if (typeof error !== 'object' || error === null || !('message' in error)) return ''
  return typeof error.message === 'string' ? error.message : ''
}

const codeOf = (status: number): ExitCode =>
  codes[status] ?? (status >= 400 && status < 500 ? exitCode.usage : exitCode.unreachable)

/** Several addresses of one name fail together: what each said is below, and only the code is above. */
const reasonOf = (error: unknown): string => {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}

/** What is asked: without a body `GET`, with one `POST`, or what is named. */
type Asked = { readonly path: string; readonly body: unknown; readonly method: 'GET' | 'POST' | 'DELETE' }

const request = async (address: ServerAddress, { path, body, method }: Asked): Promise<Response> => {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (address.token !== undefined) headers.authorization = `Bearer ${address.token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  try {
    return await fetch(`${address.url}${path}`, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    throw new CommandFailed(
      exitCode.unreachable,
      `no answer from ${new URL(address.url).origin}: ${reasonOf(error)}\n--url or SELFHEAL_URL names another address`,
    )
  }
}

/** Stands for an answer that is no JSON. */
const noJson = Symbol('no JSON')

/** Asks the API; answers the JSON, or throws `CommandFailed` with the exit code that the answer stands for. */
export async function askApi(address: ServerAddress, path: string, body?: unknown): Promise<unknown> {
  return answerOf(address, { path, body, method: body === undefined ? 'GET' : 'POST' })
}

/** Deletes what is at a path; answers and throws as `askApi` does. */
export async function deleteFromApi(address: ServerAddress, path: string): Promise<unknown> {
  return answerOf(address, { path, body: undefined, method: 'DELETE' })
}

const answerOf = async (address: ServerAddress, asked: Asked): Promise<unknown> => {
  const response = await request(address, asked)
  const answer: unknown = await response.json().catch(() => noJson)
  if (!response.ok) {
    const message = messageOf(answer) || `the server answered ${response.status}`
    const hint = response.status === 401 && address.token === undefined ? '\nno token was sent: set SELFHEAL_TOKEN' : ''
    throw new CommandFailed(codeOf(response.status), `${message}${hint}`)
  }
  if (answer !== noJson) return answer
  throw new CommandFailed(exitCode.unreachable, `${new URL(address.url).origin} does not answer as selfheal does`)
}
