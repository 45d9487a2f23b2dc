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
  if (!URL.canParse(chosen)) throw new CommandFailed(exitCode.usage, `not an address: ${JSON.stringify(chosen)}`)
  return { url: chosen.replace(/\/+$/, ''), token: env.SELFHEAL_TOKEN }
}

const codes: Readonly<Record<number, ExitCode>> = {
  400: exitCode.usage,
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
    const cause =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error)
    throw new CommandFailed(exitCode.unreachable, `no answer from ${new URL(address.url).origin}: ${cause}`)
  }
}

/** Asks the API; answers the JSON, or throws `CommandFailed` with the exit code that the answer stands for. */
export async function askApi(address: ServerAddress, path: string, body?: unknown): Promise<unknown> {
  const response = await request(address, path, body)
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) return answer
  const message = messageOf(answer) || `the server answered ${response.status}`
  throw new CommandFailed(codes[response.status] ?? exitCode.unreachable, message)
}
