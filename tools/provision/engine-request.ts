import { request } from 'node:http'
import type { Readable } from 'node:stream'

/** One call of the Docker Engine API; `host` is `unix:///path`. */
export interface EngineRequest {
  readonly host: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: Readable
  readonly timeoutMs: number
}

/** Calls the Engine API and returns the body of its answer; rejects when there is none in time, or it is an error. */
export async function callEngine({ host, method, path, body, timeoutMs }: EngineRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath: host.replace(/^unix:\/\//, ''),
      method,
      path,
      signal: AbortSignal.timeout(timeoutMs),
      headers: body ? { 'content-type': 'application/x-tar' } : {},
    })
    call.on('error', reject)
    call.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('error', reject)
      response.on('end', () => {
        const isError = (response.statusCode ?? 500) >= 400 || text.includes('"errorDetail"')
        if (isError) reject(new Error(`${method} ${path}: ${response.statusCode} ${text.trim().slice(-500)}`))
        else resolve(text)
      })
    })
    if (body) {
      body.on('error', (error) => call.destroy(error))
      body.pipe(call)
    } else call.end()
  })
}

/** Whether a Docker engine answers at that address. */
export async function engineAnswers(host: string): Promise<boolean> {
  try {
    return (await callEngine({ host, method: 'GET', path: '/_ping', timeoutMs: 2_000 })) === 'OK'
  } catch {
    return false
  }
}
