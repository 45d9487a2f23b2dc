/** The commands' way to a running selfheal. */
import { CommandFailed, type ExitCode, exitCode } from './exit-code.ts'

/** Where the server is, and with what token. */
export type ServerAddress = { readonly url: string; readonly token: string | undefined }

/** The address by option or environment; the token comes from the environment only, so that it is in no process list. */
export function serverAddress(
  url: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ServerAddress {
  const chosen = url ?? env.SELFHEAL_URL ?? 'http://127.0.0.1:9196'
  if (!/^https?:\/\//i.test(chosen) || !URL.canParse(chosen)) {
    throw new CommandFailed(
      exitCode.usage,
      `expected an address such as http://host:9196, found ${JSON.stringify(chosen)}`,
    )
  }
  return { url: chosen.replace(/\/+$/, ''), token: readToken(env) }
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

const request = async (address: ServerAddress, path: string, body?: unknown): Promise<Response> => {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (address.token !== undefined) headers.authorization = `Bearer ${address.token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  try {
    return await fetch(`${address.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    throw new CommandFailed(exitCode.unreachable, `no answer from ${new URL(address.url).origin}: ${reasonOf(error)}`)
  }
}

/** Stands for an answer that is no JSON. */
const noJson = Symbol('no JSON')

/** Asks the API; answers the JSON, or throws `CommandFailed` with the exit code that the answer stands for. */
export async function askApi(address: ServerAddress, path: string, body?: unknown): Promise<unknown> {
  const response = await request(address, path, body)
  const answer: unknown = await response.json().catch(() => noJson)
  if (!response.ok) {
    const message = messageOf(answer) || `the server answered ${response.status}`
    throw new CommandFailed(codeOf(response.status), message)
  }
  if (answer !== noJson) return answer
  throw new CommandFailed(exitCode.unreachable, `${new URL(address.url).origin} does not answer as selfheal does`)
}
