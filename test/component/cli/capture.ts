/** Commands run within the test: what they print, and their exit code. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { onTestFinished, vi } from 'vitest'
import { runCommand } from '../../../src/cli/run-command.ts'

/** What a command printed, and how it ended. */
export type Printed = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** Runs one command; one at a time, as the streams are the test's own. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<Printed> {
  const printed = { stdout: '', stderr: '' }
  const take = (stream: keyof typeof printed) => (chunk: unknown) => {
    printed[stream] += String(chunk)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(take('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(take('stderr')),
  ]
  try {
    const code = await runCommand(args, env)
    return { code, ...printed }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** A request as a stand-in server saw it. */
export type Asked = {
  readonly method: string
  readonly url: string
  readonly authorization: string | undefined
  readonly body: string
}

/** A server that answers every request with the given status and text; closed when the test has finished. */
export async function aServer(
  status: number,
  answer: string,
): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = []
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', url = '', headers } = request
    asked.push({ method, url, authorization: headers.authorization, body })
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer)
  }
  const server = createServer((request, response) => void answerOne(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, asked }
}
