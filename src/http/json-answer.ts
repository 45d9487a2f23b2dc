/** JSON answers on a plain response, the same bytes that Express sends. */
import type { ServerResponse } from 'node:http'
import { securityHeaders } from './security-headers.ts'

const escapes: Readonly<Record<string, string>> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }

/** JSON in which nothing can be taken for HTML. */
const toJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&]/g, (character) => escapes[character] ?? '')

const common = Object.entries({ ...securityHeaders, 'Content-Type': 'application/json; charset=utf-8' }).flat()

/** Answers with JSON and the headers that every answer has. Headers that were set before stay. */
export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const body = toJson(value)
  response.writeHead(status, [...common, 'Content-Length', String(Buffer.byteLength(body))])
  response.end(body)
}
