/** Requests to a listening server, written as they are given: no client tidies their path or headers. */
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Fixture } from './fixture.ts'

/** One request. */
export type Question = {
  readonly method?: string
  /** As it is sent, query included. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What was answered. */
export type Answer = { readonly status: number; readonly headers: string; readonly text: string }

/** Starts the server of a fixture and answers how it is asked; each question has a connection of its own. */
export async function listening({ server }: Pick<Fixture, 'server'>): Promise<(question: Question) => Promise<Answer>> {
  const { address, port } = await server.listen({ host: '127.0.0.1', port: 0 })
  return ({ method = 'GET', path, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const asked = request({ host: address, port, method, path, headers: { ...length, ...headers }, agent: false })
      asked.once('error', reject)
      asked.once('response', (answer) => {
        text(answer).then(
          (said) => resolve({ status: answer.statusCode ?? 0, headers: JSON.stringify(answer.rawHeaders), text: said }),
          reject,
        )
      })
      asked.end(body)
    })
}
